using System.Globalization;
using System.Runtime.InteropServices;

namespace AgentSandbox.Bench.Reports;

/// <summary>Where the numbers were measured; without it they mean nothing.</summary>
internal sealed record Machine(string Processor, int Cores, long MemoryBytes, string Kernel, string System, string Cgroups, string DotNet)
{
    public static Machine Describe() => new(
        Find("/proc/cpuinfo", "model name")?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        Find("/etc/os-release", "PRETTY_NAME=")?["PRETTY_NAME=".Length..].Trim('"') ?? "Linux",
        DescribeCgroups(),
        RuntimeInformation.FrameworkDescription);

    /// <summary>Processes that wanted to run in the last minute: more than there are cores means that others disturbed the run.</summary>
    public static double Load() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    private static string DescribeCgroups()
    {
        if (File.Exists("/sys/fs/cgroup/cgroup.controllers")) return "v2";
        return File.ReadLines("/proc/mounts").Any(line => line.Split(' ')[2] is "cgroup2") ? "hybrid" : "v1";
    }

    private static string? Find(string file, string start) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal));
}
