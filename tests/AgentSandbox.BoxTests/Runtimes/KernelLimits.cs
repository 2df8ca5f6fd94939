using System.Globalization;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>The limits that the host's kernel holds against a process, whoever set them: as its control groups say.</summary>
internal sealed record KernelLimits(long MemoryBytes, double Cpus, int Pids)
{
    private const string Mount = "/sys/fs/cgroup";
    private const string V2 = "";

    public static KernelLimits Of(int pid)
    {
        // Such as '4:memory:/path' for version 1, and '0::/path' for version 2.
        var groups = File.ReadLines($"/proc/{pid}/cgroup")
            .Select(line => line.Split(':', 3))
            .SelectMany(part => part[1].Split(',').Select(controller => (controller, path: part[2])))
            .ToDictionary(group => group.controller, group => group.path);

        return groups.ContainsKey("memory") ? OfV1(groups) : OfV2(Mount + groups[V2]);
    }

    private static KernelLimits OfV1(Dictionary<string, string> groups)
    {
        string Read(string controller, string file) => File.ReadAllText($"{Mount}/{controller}{groups[controller]}/{file}");
        return new KernelLimits(
            Integer(Read("memory", "memory.limit_in_bytes")),
            (double)Integer(Read("cpu", "cpu.cfs_quota_us")) / Integer(Read("cpu", "cpu.cfs_period_us")),
            (int)Integer(Read("pids", "pids.max")));
    }

    private static KernelLimits OfV2(string group)
    {
        string Read(string file) => File.ReadAllText(Path.Combine(group, file));
        var cpu = Read("cpu.max").Split(' ');
        return new KernelLimits(Integer(Read("memory.max")), (double)Integer(cpu[0]) / Integer(cpu[1]), (int)Integer(Read("pids.max")));
    }

    private static long Integer(string text) => long.Parse(text, NumberStyles.Integer, CultureInfo.InvariantCulture);
}
