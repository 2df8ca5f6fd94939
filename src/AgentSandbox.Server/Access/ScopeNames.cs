namespace AgentSandbox.Server.Access;

/// <summary>Scopes as callers write them.</summary>
internal static class ScopeNames
{
    public static IReadOnlyList<string> All { get; } = ["sessions", "commands", "files", "agents"];

    public static bool TryParse(string name, out Scopes scope)
    {
        scope = name switch
        {
            "sessions" => Scopes.Sessions,
            "commands" => Scopes.Commands,
            "files" => Scopes.Files,
            "agents" => Scopes.Agents,
            _ => Scopes.None,
        };
        return scope is not Scopes.None;
    }

    public static IReadOnlyList<string> Of(Scopes scopes) => [.. All.Where(name => TryParse(name, out var scope) && scopes.HasFlag(scope))];
}
