using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Cgroups;

namespace AgentSandbox.Tests.Runtimes.Cgroups;

public sealed class BoxCgroupTests
{
    private const string V1 = "/sys/fs/cgroup";
    private const string V1Memory = "/sys/fs/cgroup/memory/jobs/7/boxes/box1";
    private const string V2Box = "/sys/fs/cgroup/boxes/box1";
    private static readonly SandboxLimits Limits = new(MemoryBytes: 512L * 1024 * 1024, Cpus: 1.5, Pids: 100, DiskBytes: 0);

    [Fact]
    public void Create_Hybrid_WritesEveryLimit()
    {
        using var host = RecordedHost.Hybrid();
        host.Add(V1Memory + "/memory.memsw.limit_in_bytes", "max");

        Tree(host).Create("box1", Limits);

        Assert.Equal("536870912", host.Read(V1Memory + "/memory.limit_in_bytes"));
        Assert.Equal("536870912", host.Read(V1Memory + "/memory.memsw.limit_in_bytes"));
        Assert.Equal("100000", host.Read(V1 + "/cpu/boxes/box1/cpu.cfs_period_us"));
        Assert.Equal("150000", host.Read(V1 + "/cpu/boxes/box1/cpu.cfs_quota_us"));
        Assert.Equal("116", host.Read(V1 + "/pids/boxes/box1/pids.max")); // 100 promised, and the guest's own threads
        Assert.Equal("a", host.Read(V1 + "/devices/boxes/box1/devices.deny"));
        Assert.Equal("c 136:* rw", host.Read(V1 + "/devices/boxes/box1/devices.allow"));
        Assert.False(Directory.Exists(host.Root + V1 + "/cpuset/boxes"));
    }

    [Fact]
    public void Create_V1WithoutSwapAccounting_TurnsSwappinessOff()
    {
        using var host = RecordedHost.Hybrid();

        Tree(host).Create("box1", Limits);

        Assert.Equal("0", host.Read(V1Memory + "/memory.swappiness"));
    }

    [Fact]
    public void Create_CpusetSharesAHierarchy_InheritsProcessors()
    {
        using var host = RecordedHost.With(
            """
            1 0 0:1 / /sys/fs/cgroup/cpu,cpuset rw - cgroup cgroup rw,cpuset,cpu
            2 0 0:2 / /sys/fs/cgroup/memory,pids rw - cgroup cgroup rw,memory,pids
            """,
            "1:cpuset,cpu:/\n2:memory,pids:/\n");
        host.Add(V1 + "/cpu,cpuset/cpuset.cpus", "0-3\n");
        host.Add(V1 + "/cpu,cpuset/cpuset.mems", "0\n");
        var tree = Tree(host);

        tree.Prepare();
        tree.Create("box1", Limits);

        Assert.Equal("0-3", host.Read(V1 + "/cpu,cpuset/boxes/box1/cpuset.cpus"));
        Assert.Equal("0", host.Read(V1 + "/cpu,cpuset/boxes/box1/cpuset.mems"));
        Assert.False(tree.CanFreeze);
    }

    [Fact]
    public void Create_V2_WritesEveryLimit()
    {
        using var host = RecordedHost.SystemdV2();
        host.Add(V2Box + "/memory.swap.max", "m");

        Tree(host).Create("box1", Limits);

        Assert.Equal("536870912", host.Read(V2Box + "/memory.max"));
        Assert.Equal("0", host.Read(V2Box + "/memory.swap.max"));
        Assert.Equal("0", host.Read(V2Box + "/memory.oom.group"));
        Assert.Equal("150000 100000", host.Read(V2Box + "/cpu.max"));
        Assert.Equal("116", host.Read(V2Box + "/pids.max"));
    }

    [Fact]
    public void Create_V2WithoutSwap_DoesNotAskForIt()
    {
        using var host = RecordedHost.SystemdV2();

        Tree(host).Create("box1", Limits);

        Assert.False(File.Exists(host.Root + V2Box + "/memory.swap.max"));
    }

    [Fact]
    public void ReadStats_V1_ReadsWhatTheKernelWrites()
    {
        using var host = RecordedHost.Hybrid();
        host.Add(V1 + "/cpuacct/boxes/box1/cpuacct.usage", "1234567890\n");
        host.Add(V1Memory + "/memory.usage_in_bytes", "1000\n");
        host.Add(V1Memory + "/memory.max_usage_in_bytes", "2000\n");
        host.Add(V1Memory + "/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
        host.Add(V1 + "/pids/boxes/box1/pids.current", "7\n");

        Assert.Equal(
            new SandboxStats(CpuMs: 1234, MemoryBytes: 1000, PeakMemoryBytes: 2000, Pids: 7, OomKills: 3),
            Tree(host).Open("box1").ReadStats());
    }

    [Theory]
    [InlineData("3000\n", 3000)]
    [InlineData(null, 1000)] // before Linux 5.19
    public void ReadStats_V2_ReadsWhatTheKernelWrites(string? peak, long expectedPeak)
    {
        using var host = RecordedHost.SystemdV2();
        host.Add(V2Box + "/cpu.stat", "usage_usec 1234567\nuser_usec 1000000\nsystem_usec 234567\n");
        host.Add(V2Box + "/memory.current", "1000\n");
        if (peak is not null) host.Add(V2Box + "/memory.peak", peak);
        host.Add(V2Box + "/memory.events", "low 0\nhigh 0\nmax 9\noom 2\noom_kill 1\noom_group_kill 0\n");
        host.Add(V2Box + "/pids.current", "7\n");

        Assert.Equal(
            new SandboxStats(CpuMs: 1234, MemoryBytes: 1000, PeakMemoryBytes: expectedPeak, Pids: 7, OomKills: 1),
            Tree(host).Open("box1").ReadStats());
    }

    [Fact]
    public void SetFrozen_V2_WritesAndReadsBack()
    {
        using var host = RecordedHost.SystemdV2();
        host.Add(V2Box + "/cgroup.events", "populated 1\nfrozen 1\n");
        var cgroup = Tree(host).Open("box1");

        cgroup.SetFrozen(true);

        Assert.Equal("1", host.Read(V2Box + "/cgroup.freeze"));
        Assert.True(cgroup.IsFrozen);
    }

    [Fact]
    public void Kill_V2_UsesTheKernelsOwnKill()
    {
        using var host = RecordedHost.SystemdV2();
        host.Add(V2Box + "/cgroup.kill");

        Tree(host).Open("box1").Kill();

        Assert.Equal("1", host.Read(V2Box + "/cgroup.kill"));
    }

    [Fact]
    public void ListBoxIds_HalfMadeInOneHierarchy_IsFound()
    {
        using var host = RecordedHost.Hybrid();
        host.AddDirectory(V1 + "/blkio/boxes/box9"); // only runc makes groups there

        Assert.Equal(["box9"], Tree(host).ListBoxIds());
    }

    private static CgroupTree Tree(RecordedHost host) => new CgroupDetector(host.Root, isRoot: true, _ => false).Detect("boxes").Tree!;
}
