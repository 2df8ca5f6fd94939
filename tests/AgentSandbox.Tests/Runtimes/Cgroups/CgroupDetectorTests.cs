using AgentSandbox.Server.Runtimes.Cgroups;

namespace AgentSandbox.Tests.Runtimes.Cgroups;

public sealed class CgroupDetectorTests
{
    [Fact]
    public void Detect_CoMountedV1_UsesTheServersOwnGroups()
    {
        using var host = RecordedHost.CoMountedV1();

        var tree = Detect(host).Tree!;

        Assert.Equal("cgroup v1", tree.Description);
        Assert.Empty(tree.HiddenMounts);
        Assert.True(tree.CanFreeze);
        Assert.Equal(
            [
                "/devices/system.slice/agent-sandbox.service", "/freezer", "/pids/system.slice/agent-sandbox.service",
                "/memory/system.slice/agent-sandbox.service", "/cpu,cpuacct/system.slice/agent-sandbox.service",
            ],
            GroupsOf(tree, host));
    }

    [Fact]
    public void Detect_Hybrid_UsesV1AndHidesV2()
    {
        using var host = RecordedHost.Hybrid();

        var tree = Detect(host).Tree!;

        Assert.Equal("cgroup v1 (hybrid)", tree.Description);
        Assert.Equal([host.Root + "/sys/fs/cgroup/unified"], tree.HiddenMounts);
        Assert.Equal(["/pids", "/freezer", "/devices", "/memory/jobs/7", "/cpuacct", "/cpu"], GroupsOf(tree, host));
    }

    [Fact]
    public void Detect_V1SeenFromAContainer_CountsFromTheMountsRoot()
    {
        using var host = RecordedHost.With(
            """
            1 0 0:1 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
            2 0 0:2 /docker/abc /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
            3 0 0:3 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
            """,
            "1:memory:/docker/abc/inner\n2:cpu:/docker/abc\n3:pids:/../elsewhere\n");

        Assert.Equal(["/memory/inner", "/cpu", "/pids"], GroupsOf(Detect(host).Tree!, host));
    }

    [Fact]
    public void Detect_V1WithoutPids_SaysWhatIsMissing()
    {
        using var host = RecordedHost.With(
            "1 0 0:1 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n2 0 0:2 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n",
            "1:memory:/\n2:cpu:/\n4:pids:/\n");

        Assert.Equal("cgroup v1 has no pids controller", Detect(host).Reason);
    }

    [Fact]
    public void Detect_V1AsOrdinaryUser_IsRefused()
    {
        using var host = RecordedHost.Hybrid();

        Assert.Equal("cgroup v1 cannot be delegated to an ordinary user", Detect(host, isRoot: false).Reason);
    }

    [Fact]
    public void Detect_V1WithSwapButWithoutItsAccounting_Warns()
    {
        using var host = RecordedHost.Hybrid();
        Assert.Null(Detect(host).Warning);

        host.Add("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n/swapfile file 1048572 0 -2\n");
        Assert.Contains("swappiness", Detect(host).Warning);
    }

    [Fact]
    public void Detect_V2AsRootOutsideOfADelegatedGroup_UsesTheRoot()
    {
        using var host = RecordedHost.SystemdV2();

        var tree = Detect(host).Tree!;

        Assert.Equal([""], GroupsOf(tree, host));
        Assert.Equal("/boxes/box1", tree.Open("box1").PathForRuntime);
    }

    [Fact]
    public void Prepare_V2Root_EnablesControllersAndMovesNobody()
    {
        using var host = RecordedHost.SystemdV2();
        host.AddV2Group("/sys/fs/cgroup/boxes", "cpu memory pids", "");

        Detect(host).Tree!.Prepare();

        Assert.Equal("cpuset cpu io memory pids\n", host.Read("/sys/fs/cgroup/cgroup.subtree_control")); // all were on
        Assert.StartsWith("+pids", host.Read("/sys/fs/cgroup/boxes/cgroup.subtree_control")); // the last one written
        Assert.False(Directory.Exists(host.Root + "/sys/fs/cgroup/supervisor"));
    }

    [Fact]
    public void Detect_V2Delegated_UsesTheOwnGroup()
    {
        using var host = RecordedHost.DelegatedV2();

        Assert.Equal([RecordedHost.Scope], GroupsOf(Detect(host, isRoot: false, delegated: RecordedHost.Scope).Tree!, host));
    }

    [Fact]
    public void Prepare_V2Delegated_MovesItsProcessesIntoALeaf()
    {
        using var host = RecordedHost.DelegatedV2();
        host.Add("/sys/fs/cgroup" + RecordedHost.Scope + "/cgroup.procs", "4711\n");
        host.AddV2Group("/sys/fs/cgroup" + RecordedHost.Scope + "/boxes", "cpu memory pids", "");

        Detect(host, isRoot: false, delegated: RecordedHost.Scope).Tree!.Prepare();

        Assert.Equal("4711", host.Read("/sys/fs/cgroup" + RecordedHost.Scope + "/supervisor/cgroup.procs"));
        Assert.StartsWith("+pids", host.Read("/sys/fs/cgroup" + RecordedHost.Scope + "/cgroup.subtree_control"));
    }

    [Fact]
    public void Detect_V2InAContainer_TreatsTheRootAsAnOrdinaryGroup()
    {
        using var host = RecordedHost.With("35 24 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup rw,nsdelegate", "0::/");
        host.AddV2Group("/sys/fs/cgroup", "cpu memory pids", "", "1\n");
        host.Add("/sys/fs/cgroup/cgroup.type", "domain\n"); // the real root has no such file
        host.AddV2Group("/sys/fs/cgroup/boxes", "cpu memory pids", "");

        Detect(host).Tree!.Prepare();

        Assert.Equal("1", host.Read("/sys/fs/cgroup/supervisor/cgroup.procs"));
    }

    [Fact]
    public void Detect_V2AlreadyInTheLeaf_UsesTheGroupAboveIt()
    {
        using var host = RecordedHost.DelegatedV2();
        host.Add("/proc/self/cgroup", $"0::{RecordedHost.Scope}/supervisor");

        Assert.Equal([RecordedHost.Scope], GroupsOf(Detect(host, isRoot: false, delegated: RecordedHost.Scope).Tree!, host));
    }

    [Fact]
    public void Detect_V2AsOrdinaryUserWithoutDelegation_IsRefused()
    {
        using var host = RecordedHost.SystemdV2();

        Assert.Equal("no cgroup is delegated to this user", Detect(host, isRoot: false).Reason);
    }

    [Fact]
    public void Detect_V2ControllerNotDelegated_SaysWhich()
    {
        using var host = RecordedHost.DelegatedV2();
        host.Add("/sys/fs/cgroup" + RecordedHost.Scope + "/cgroup.controllers", "memory pids\n");

        Assert.StartsWith("the cpu controller is not available", Detect(host, isRoot: false, delegated: RecordedHost.Scope).Reason);
    }

    [Fact]
    public void Detect_NothingMounted_IsRefused()
    {
        using var host = RecordedHost.With("22 27 0:21 / /proc rw,relatime - proc proc rw", "0::/");

        Assert.Equal("no cgroup file system is mounted", Detect(host).Reason);
    }

    private static CgroupDetection Detect(RecordedHost host, bool isRoot = true, string? delegated = null) =>
        new CgroupDetector(host.Root, isRoot, directory => delegated is not null && directory == host.Root + "/sys/fs/cgroup" + delegated).Detect("boxes");

    /// <summary>The directories that hold the server's group, in each hierarchy in turn.</summary>
    private static IEnumerable<string> GroupsOf(CgroupTree tree, RecordedHost host) => tree.Open("box1").ProcsFiles
        .Select(file => file.Replace(host.Root + "/sys/fs/cgroup", "").Replace("/boxes/box1/cgroup.procs", ""));
}
