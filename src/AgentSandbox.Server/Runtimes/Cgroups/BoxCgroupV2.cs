using System.Globalization;

namespace AgentSandbox.Server.Runtimes.Cgroups;

/// <inheritdoc cref="BoxCgroup"/>
internal sealed class BoxCgroupV2(string directory, string pathForRuntime) : BoxCgroup
{
    private const long MicrosecondsPerMillisecond = 1_000;

    public override IReadOnlyList<string> ProcsFiles { get; } = [Path.Combine(directory, "cgroup.procs")];

    /// <summary>Absolute: runc takes a relative one from the parent of its own group.</summary>
    public override string? PathForRuntime => pathForRuntime;

    public override bool IsFrozen => CgroupFile.ReadField(directory, "cgroup.events", "frozen") == 1;

    public override void Create(SandboxLimits limits)
    {
        Directory.CreateDirectory(directory);
        var quota = CgroupTree.CpuQuotaMicroseconds(limits.Cpus);
        CgroupFile.Write(directory, "cpu.max", string.Create(CultureInfo.InvariantCulture, $"{quota} {CgroupTree.CpuPeriodMicroseconds}"));
        CgroupFile.Write(directory, "memory.max", limits.MemoryBytes);
        if (Has("memory.swap.max")) CgroupFile.Write(directory, "memory.swap.max", 0); // absent without swap accounting
        CgroupFile.Write(directory, "memory.oom.group", 0); // only the process that asked for too much shall die
        CgroupFile.Write(directory, "pids.max", limits.Pids + CgroupTree.PidsAllowance);
    }

    public override void SetFrozen(bool frozen) => CgroupFile.Write(directory, "cgroup.freeze", frozen ? 1 : 0);

    public override SandboxStats ReadStats()
    {
        var memory = CgroupFile.ReadNumber(directory, "memory.current");
        return new SandboxStats(
            CpuMs: CgroupFile.ReadField(directory, "cpu.stat", "usage_usec") / MicrosecondsPerMillisecond,
            MemoryBytes: memory,
            PeakMemoryBytes: Math.Max(memory, CgroupFile.ReadNumberOrZero(directory, "memory.peak")), // since Linux 5.19
            Pids: (int)CgroupFile.ReadNumber(directory, "pids.current"),
            OomKills: ReadOomKills());
    }

    public override EnforcedLimits ReadLimits()
    {
        var cpu = CgroupFile.Read(directory, "cpu.max").Split(' ');     // such as "50000 100000", or "max 100000"
        return new EnforcedLimits(
            CgroupFile.ReadNumber(directory, "memory.max"),
            CgroupTree.CpusOf(CgroupFile.ParseNumber(cpu[0]), CgroupFile.ParseNumber(cpu[1])),
            CgroupFile.ReadNumber(directory, "pids.max"));
    }

    public override long ReadOomKills() => CgroupFile.ReadField(directory, "memory.events", "oom_kill");

    public override bool Contains(int pid) => CgroupFile.ReadPids(directory).Contains(pid);

    public override void Kill()
    {
        if (!Directory.Exists(directory)) return;
        if (Has("cgroup.kill")) CgroupFile.Write(directory, "cgroup.kill", 1); // since Linux 5.14
        else KillEach(CgroupFile.ReadPids(directory));
    }

    public override bool TryRemove() => TryRemoveDirectory(directory);

    private bool Has(string file) => File.Exists(Path.Combine(directory, file));
}
