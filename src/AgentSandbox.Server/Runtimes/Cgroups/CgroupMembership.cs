namespace AgentSandbox.Server.Runtimes.Cgroups;

/// <summary>Where a process is in one hierarchy, as a line of <c>/proc/[pid]/cgroup</c> tells it (cgroups(7)).</summary>
/// <param name="Controllers">Empty for v2; <c>name=systemd</c> for a v1 hierarchy without a controller.</param>
/// <param name="Path">Seen from the root of the reader's cgroup namespace.</param>
internal sealed record CgroupMembership(IReadOnlyList<string> Controllers, string Path)
{
    public bool IsUnified => Controllers.Count == 0;

    public static IReadOnlyList<CgroupMembership> Parse(IEnumerable<string> lines) =>
        [.. lines.Select(TryParse).OfType<CgroupMembership>()];

    private static CgroupMembership? TryParse(string line)
    {
        var fields = line.Split(':', 3); // 4:memory:/path, or 0::/path for v2
        if (fields.Length != 3) return null;
        return new CgroupMembership(fields[1].Split(',', StringSplitOptions.RemoveEmptyEntries), fields[2]);
    }
}
