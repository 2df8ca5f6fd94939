using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>What a template's image is called on every engine.</summary>
internal readonly record struct ImageName(string Repository, string Tag)
{
    private const string Namespace = "agent-sandbox/";

    /// <summary>Docker puts none before a name that has none; Podman does.</summary>
    private static readonly string[] Registries = ["", "localhost/", "docker.io/"];

    public static ImageName Of(Template template) => new(Namespace + template.Name, template.Version);

    /// <summary>What of an engine's name for an image is ours; null when it is not one of ours.</summary>
    public static string? FindIn(string reference) => Registries
        .Where(registry => reference.StartsWith(registry + Namespace, StringComparison.Ordinal))
        .Select(registry => reference[registry.Length..])
        .FirstOrDefault();

    public override string ToString() => $"{Repository}:{Tag}";
}
