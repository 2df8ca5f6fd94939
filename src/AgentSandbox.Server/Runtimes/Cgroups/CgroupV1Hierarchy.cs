namespace AgentSandbox.Server.Runtimes.Cgroups;

/// <summary>A mounted v1 hierarchy: one controller, or some that are mounted together such as <c>cpu,cpuacct</c>.</summary>
/// <param name="BaseDirectory">The server's own group in it, below which it may make groups.</param>
internal sealed record CgroupV1Hierarchy(IReadOnlySet<string> Controllers, string BaseDirectory)
{
    private static readonly string[] Used = ["memory", "cpu", "cpuacct", "pids", "freezer", "devices"];

    /// <summary>Whether boxes get a group in it. In others only runc makes one, by itself.</summary>
    public bool IsUsed => Used.Any(Controllers.Contains);
}
