namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>How our containers are told from others, and from those of other servers.</summary>
internal static class DockerLabels
{
    /// <summary>The server that made it: <see cref="DockerState.ServerName"/>.</summary>
    public const string Server = "agent-sandbox.server";

    /// <summary>The box, and the session that claims it.</summary>
    public const string Session = "agent-sandbox.session";

    public const string Template = "agent-sandbox.template";

    public const string Isolation = "agent-sandbox.isolation";

    public static IDictionary<string, IDictionary<string, bool>> FilterFor(string serverName) =>
        new Dictionary<string, IDictionary<string, bool>>(StringComparer.Ordinal)
        {
            ["label"] = new Dictionary<string, bool>(StringComparer.Ordinal) { [$"{Server}={serverName}"] = true },
        };
}
