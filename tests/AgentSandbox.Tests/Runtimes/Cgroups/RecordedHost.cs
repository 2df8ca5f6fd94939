namespace AgentSandbox.Tests.Runtimes.Cgroups;

/// <summary>
/// A host's <c>/proc</c> and <c>/sys/fs/cgroup</c> as recorded from a machine of that kind, laid into a temporary
/// directory. Files that are written to appear there as they would in the kernel.
/// </summary>
internal sealed class RecordedHost : IDisposable
{
    /// <summary>The group that <see cref="DelegatedV2"/> runs in.</summary>
    public const string Scope = "/user.slice/user-1000.slice/user@1000.service/app.slice/run-r5.scope";

    private RecordedHost(string mountInfo, string membership)
    {
        Add("/proc/self/mountinfo", mountInfo);
        Add("/proc/self/cgroup", membership);
        Add("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n");
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("cgroup-test-").FullName;

    public static RecordedHost With(string mountInfo, string membership) => new(mountInfo, membership);

    /// <summary>Debian with <c>systemd.unified_cgroup_hierarchy=0</c> and no v2 mount: some controllers share a hierarchy.</summary>
    public static RecordedHost CoMountedV1()
    {
        var host = new RecordedHost(
            """
            24 30 0:22 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
            33 24 0:29 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:9 - tmpfs tmpfs ro,size=4096k,nr_inodes=1024,mode=755
            35 33 0:31 / /sys/fs/cgroup/systemd rw,nosuid,nodev,noexec,relatime shared:11 - cgroup cgroup rw,xattr,name=systemd
            38 33 0:34 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid,nodev,noexec,relatime shared:15 - cgroup cgroup rw,cpu,cpuacct
            39 33 0:35 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime shared:16 - cgroup cgroup rw,memory
            40 33 0:36 / /sys/fs/cgroup/pids rw,nosuid,nodev,noexec,relatime shared:17 - cgroup cgroup rw,pids
            41 33 0:37 / /sys/fs/cgroup/freezer rw,nosuid,nodev,noexec,relatime shared:18 - cgroup cgroup rw,freezer
            42 33 0:38 / /sys/fs/cgroup/devices rw,nosuid,nodev,noexec,relatime shared:19 - cgroup cgroup rw,devices
            """,
            """
            7:devices:/system.slice/agent-sandbox.service
            6:freezer:/
            5:pids:/system.slice/agent-sandbox.service
            4:memory:/system.slice/agent-sandbox.service
            3:cpu,cpuacct:/system.slice/agent-sandbox.service
            1:name=systemd:/system.slice/agent-sandbox.service
            """);
        host.Add("/sys/fs/cgroup/memory/system.slice/agent-sandbox.service/memory.memsw.limit_in_bytes", "9223372036854771712\n");
        return host;
    }

    /// <summary>A virtual machine with each v1 controller mounted by itself, and v2 beside them with <c>hugetlb</c>.</summary>
    public static RecordedHost Hybrid()
    {
        var host = new RecordedHost(
            """
            22 27 0:21 / /proc rw,relatime - proc proc rw
            31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
            33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct
            34 31 0:31 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset
            35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
            36 31 0:33 / /sys/fs/cgroup/devices rw,relatime - cgroup cgroup rw,devices
            37 31 0:34 / /sys/fs/cgroup/freezer rw,relatime - cgroup cgroup rw,freezer
            38 31 0:35 / /sys/fs/cgroup/blkio rw,relatime - cgroup cgroup rw,blkio
            39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
            40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
            """,
            """
            9:name=systemd:/
            8:pids:/
            7:blkio:/
            6:freezer:/
            5:devices:/
            4:memory:/jobs/7
            3:cpuset:/
            2:cpuacct:/
            1:cpu:/
            0::/
            """);
        host.Add("/sys/fs/cgroup/unified/cgroup.controllers", "hugetlb\n");
        return host;
    }

    /// <summary>Ubuntu 24.04, in a shell that root opened over SSH.</summary>
    public static RecordedHost SystemdV2()
    {
        var host = new RecordedHost(
            "35 24 0:30 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot",
            "0::/user.slice/user-0.slice/session-3.scope");
        host.AddV2Group("/sys/fs/cgroup", "cpuset cpu io memory hugetlb pids rdma misc", "cpuset cpu io memory pids");
        host.AddV2Group("/sys/fs/cgroup/user.slice/user-0.slice/session-3.scope", "memory pids", "", "1201\n1344\n");
        return host;
    }

    /// <summary>An ordinary user's <c>systemd-run --user --scope -p Delegate=yes</c> on a v2 host.</summary>
    public static RecordedHost DelegatedV2()
    {
        var host = new RecordedHost(
            "35 24 0:30 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate",
            "0::" + Scope);
        host.AddV2Group("/sys/fs/cgroup", "cpuset cpu io memory pids", "cpuset cpu io memory pids");
        host.AddV2Group("/sys/fs/cgroup" + Scope, "cpu memory pids", "");
        host.Add("/sys/fs/cgroup" + Scope + "/cgroup.type", "domain\n");
        return host;
    }

    public void Add(string path, string content = "")
    {
        var file = Root + path;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    public void AddDirectory(string path) => Directory.CreateDirectory(Root + path);

    public void AddV2Group(string path, string controllers, string enabled, string processes = "")
    {
        Add(path + "/cgroup.controllers", controllers + "\n");
        Add(path + "/cgroup.subtree_control", enabled + "\n");
        Add(path + "/cgroup.procs", processes);
    }

    public string Read(string path) => File.ReadAllText(Root + path);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
