namespace AgentSandbox.Server.Commands;

/// <summary>The variables of a command: the template's, then the session's, then its own; a later one wins.</summary>
internal static class CommandEnvironment
{
    public static IReadOnlyDictionary<string, string> Merge(params ReadOnlySpan<IReadOnlyDictionary<string, string>> layers)
    {
        var merged = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var layer in layers)
        {
            foreach (var (name, value) in layer) merged[name] = value;
        }

        return merged;
    }
}
