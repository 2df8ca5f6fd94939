using System.Globalization;

namespace AgentSandbox.Bench.Hosts.Server;

/// <summary>What a server is started with.</summary>
/// <param name="DataDirectory">Its own; made when missing. Servers keep apart by it, also on one engine.</param>
/// <param name="DockerSocket">The engine that it makes boxes with; null when it needs none.</param>
internal sealed record ServerSettings(Subject Subject, string DataDirectory, int PoolSize, string? DockerSocket)
{
    /// <summary>How the names of its containers begin. The server writes it down when it starts.</summary>
    public string ReadContainerPrefix() => $"agent-sandbox-{File.ReadAllText(Path.Combine(DataDirectory, "docker", "server-id")).Trim()}-";

    public Dictionary<string, string> ToEnvironment(int port)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["RUNTIME"] = Subject.Runtime,
            ["DEFAULT_ISOLATION"] = Subject.Isolation,
            [Gvisor.PlatformVariable] = Gvisor.Platform,
            ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["DATA_DIR"] = DataDirectory,
            ["WARM_POOL_SIZE"] = PoolSize.ToString(CultureInfo.InvariantCulture),
            ["MAX_CONCURRENT_SESSIONS"] = "500",
            ["RATE_LIMIT_MAX_REQUESTS"] = "1000000",
            ["SESSION_TIMEOUT_MS"] = "1800000",
            ["LOG_LEVEL"] = "warn",
        };
        if (DockerSocket is not null) environment["DOCKER_SOCKET"] = DockerSocket;
        return environment;
    }
}
