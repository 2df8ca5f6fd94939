namespace AgentSandbox.Server.Runtimes.Cgroups;

/// <inheritdoc cref="BoxCgroup"/>
internal sealed class BoxCgroupV1 : BoxCgroup
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    /// <summary>Counts UDP as well, whatever it is called. Absent where the kernel was built without it.</summary>
    private const string SocketMemoryLimit = "memory.kmem.tcp.limit_in_bytes";

    /// <summary>The part of a box's memory that may wait in its sockets, beside that memory.</summary>
    private const long SocketShare = 8;

    /// <summary>null, zero, full, random, urandom, tty, ptmx and pseudo terminals: all that a box's /dev holds.</summary>
    private static readonly string[] AllowedDevices =
        ["c 1:3 rw", "c 1:5 rw", "c 1:7 rw", "c 1:8 rw", "c 1:9 rw", "c 5:0 rw", "c 5:2 rw", "c 136:* rw"];

    private readonly IReadOnlyList<(CgroupV1Hierarchy Hierarchy, string Directory)> _all;
    private readonly IReadOnlyList<(CgroupV1Hierarchy Hierarchy, string Directory)> _used;

    public BoxCgroupV1(IReadOnlyList<(CgroupV1Hierarchy Hierarchy, string Directory)> directories, string pathForRuntime)
    {
        _all = directories;
        _used = [.. directories.Where(entry => entry.Hierarchy.IsUsed)];
        ProcsFiles = [.. _used.Select(entry => Path.Combine(entry.Directory, "cgroup.procs"))];
        PathForRuntime = pathForRuntime;
    }

    public override IReadOnlyList<string> ProcsFiles { get; }

    /// <summary>Relative: runc takes it from its own group in each hierarchy, and those are the server's.</summary>
    public override string? PathForRuntime { get; }

    public override bool IsFrozen => FreezerState is "FROZEN";

    private string FreezerState => CgroupFile.Read(Of("freezer"), "freezer.state");

    public override void Create(SandboxLimits limits)
    {
        foreach (var (hierarchy, directory) in _used)
        {
            Directory.CreateDirectory(directory);
            if (hierarchy.Controllers.Contains("cpuset")) CgroupV1Tree.InheritCpuset(Path.GetDirectoryName(directory)!, directory);
        }

        LimitMemory(Of("memory"), limits.MemoryBytes);
        CgroupFile.Write(Of("cpu"), "cpu.cfs_period_us", CgroupTree.CpuPeriodMicroseconds);
        CgroupFile.Write(Of("cpu"), "cpu.cfs_quota_us", CgroupTree.CpuQuotaMicroseconds(limits.Cpus));
        CgroupFile.Write(Of("pids"), "pids.max", limits.Pids + CgroupTree.PidsAllowance);
        if (Find("devices") is { } devices) LimitDevices(devices);
    }

    public override void SetFrozen(bool frozen)
    {
        // A group can stay on its way for ever when a process was starting another; from the beginning it succeeds.
        if (frozen && FreezerState is "FREEZING") CgroupFile.Write(Of("freezer"), "freezer.state", "THAWED");
        CgroupFile.Write(Of("freezer"), "freezer.state", frozen ? "FROZEN" : "THAWED");
    }

    public override SandboxStats ReadStats()
    {
        var memory = Of("memory");
        return new SandboxStats(
            CpuMs: Find("cpuacct") is { } cpu ? CgroupFile.ReadNumber(cpu, "cpuacct.usage") / NanosecondsPerMillisecond : 0,
            MemoryBytes: CgroupFile.ReadNumber(memory, "memory.usage_in_bytes"),
            PeakMemoryBytes: CgroupFile.ReadNumber(memory, "memory.max_usage_in_bytes"),
            Pids: (int)CgroupFile.ReadNumber(Of("pids"), "pids.current"),
            OomKills: ReadOomKills());
    }

    public override EnforcedLimits ReadLimits() => new(
        CgroupFile.ReadNumber(Of("memory"), "memory.limit_in_bytes"),
        CgroupTree.CpusOf(CgroupFile.ReadNumber(Of("cpu"), "cpu.cfs_quota_us"), CgroupFile.ReadNumber(Of("cpu"), "cpu.cfs_period_us")),
        CgroupFile.ReadNumber(Of("pids"), "pids.max"));

    public override long ReadOomKills() => CgroupFile.ReadField(Of("memory"), "memory.oom_control", "oom_kill");

    public override bool Contains(int pid) => CgroupFile.ReadPids(Of("pids")).Contains(pid);

    public override void Kill()
    {
        if (!Directory.Exists(Of("pids"))) return;

        // Frozen processes cannot end and hand their number on while we go through the list.
        if (Find("freezer") is { } freezer && Directory.Exists(freezer))
        {
            SetFrozen(true);
            KillEach(CgroupFile.ReadPids(Of("pids")));
            SetFrozen(false);
            return;
        }

        KillEach(CgroupFile.ReadPids(Of("pids")));
    }

    public override bool TryRemove()
    {
        var removed = true;
        foreach (var (_, directory) in _all) removed &= TryRemoveDirectory(directory);
        return removed;
    }

    private static void LimitMemory(string directory, long bytes)
    {
        CgroupFile.Write(directory, "memory.limit_in_bytes", bytes);

        // Memory and swap together, which leaves no swap. The file is there only where the kernel accounts for swap.
        if (File.Exists(Path.Combine(directory, "memory.memsw.limit_in_bytes")))
            CgroupFile.Write(directory, "memory.memsw.limit_in_bytes", bytes);
        else
            CgroupFile.Write(directory, "memory.swappiness", 0);

        // Version 1 charges what waits in a box's sockets to nobody unless there is a limit. What holds then is the host's
        // own, which all boxes and the server share: one box could take it from everyone, and gigabytes of memory with it.
        if (File.Exists(Path.Combine(directory, SocketMemoryLimit))) CgroupFile.Write(directory, SocketMemoryLimit, bytes / SocketShare);
    }

    private static void LimitDevices(string directory)
    {
        CgroupFile.Write(directory, "devices.deny", "a");
        foreach (var device in AllowedDevices) CgroupFile.Write(directory, "devices.allow", device);
    }

    private string Of(string controller) =>
        Find(controller) ?? throw new InvalidOperationException($"The {controller} controller was required when the host was examined.");

    private string? Find(string controller)
    {
        foreach (var (hierarchy, directory) in _used)
        {
            if (hierarchy.Controllers.Contains(controller)) return directory;
        }

        return null;
    }
}
