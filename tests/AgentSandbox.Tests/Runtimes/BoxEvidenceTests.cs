using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.Tests.Runtimes;

/// <summary>What a real box has said, and what is missing when one of its words is another.</summary>
public sealed class BoxEvidenceTests
{
    private const string HostKernel = "6.18.44";

    private static readonly SandboxLimits Limits = new(MemoryBytes: 64L << 20, Cpus: 0.5, Pids: 40, DiskBytes: 16L << 20);

    private static readonly Dictionary<string, bool?> Standing = Wall.All.ToDictionary(wall => wall.Name, wall => (bool?)(wall.Name != "ownKernel"), StringComparer.Ordinal);

    [Fact]
    public void Judge_AsRecorded_EveryWallButAKernelStands() => Assert.Equal(Standing, Look(Judge()));

    /// <summary>Each of these takes one wall away, and no other.</summary>
    [Theory]
    [InlineData("notRoot", "Uid:\t1001\t1001", "Uid:\t1001\t0")]
    [InlineData("notRoot", "Groups:\t ", "Groups:\t0 1001")]
    [InlineData("noCapabilities", "CapBnd:\t0000000000000000", "CapBnd:\t00000000a80425fb")]
    [InlineData("noCapabilities", "CapAmb:\t0000000000000000", "CapAmb:\tnone")]
    [InlineData("noCapabilities", "CapEff:", "Cap:")]
    [InlineData("noNewPrivileges", "[no_new_privs]\n1", "[no_new_privs]\n0")]
    [InlineData("seccomp", "Seccomp:\t2", "Seccomp:\t0")]
    [InlineData("ownUser", "      1001 1038991362          1\n", "      1001   16001001      64535\n")]
    [InlineData("ownUser", "      1001 1038991362          1\n", "      1001       1000          1\n")]
    [InlineData("namespaces", "net:[4026532705]", "net:[4711]")]
    [InlineData("namespaces", "ipc:[4026532703]", "ipc:[4026531839]")]
    [InlineData("namespaces", "uts uts:[4026532702]\n", "")]
    [InlineData("noNetwork", "    lo:       0", "  eth0:       0")]
    [InlineData("noNetwork", "    lo:       0       0", "")]
    [InlineData("readOnlyRoot", " / / ro,", " / / rw,")]
    [InlineData("safeMounts", " /tmp rw,nosuid,nodev,", " /tmp rw,nosuid,")]
    [InlineData("safeMounts", "[writable]\n/tmp", "[writable]\n/var")]
    [InlineData("noHostFiles", " /dev/null ro,", " /media ro,")]
    [InlineData("noHostFiles", " /dev/null ro,", " /device ro,")]
    [InlineData("hiddenKernelFiles", " /proc/keys ", " /proc/key ")]
    [InlineData("hiddenKernelFiles", " /proc/sys ro,", " /proc/sys rw,")]
    [InlineData("processLimits", "4 1 1", "4 0 18446744073709551615")]
    [InlineData("processLimits", "14 0 0\n", "")]
    [InlineData("cleanCommands", "[descriptors]\n0\n1\n2\n", "[descriptors]\n0\n1\n2\n5\n")]
    [InlineData("cleanCommands", "[environment]\nHOME\n", "[environment]\nHOME\nSECRET\n")]
    [InlineData("cleanCommands", "4 (sandboxd) R 1 4 4 0 ", "4 (sandboxd) R 1 4 4 34816 ")]
    [InlineData("cleanCommands", "4 (sandboxd) R 1 4 4 0 ", "4 (sandboxd) R 1 4 1 0 ")]
    [InlineData("systemCalls", "ptrace 1", "ptrace 3")]
    [InlineData("systemCalls", "i386 31", "i386 0")]
    [InlineData("systemCalls", "[calls]", "[nothing]")]
    [InlineData("guardedGuest", "binary 13", "binary 0")]
    public void Judge_OneWordIsAnother_OneWallIsMissing(string wall, string words, string others)
    {
        Assert.Contains(words, Report, StringComparison.Ordinal);

        var found = Look(Judge(Report.Replace(words, others, StringComparison.Ordinal)));

        Assert.Equal(new Dictionary<string, bool?>(Standing) { [wall] = false }, found);
    }

    [Theory]
    [InlineData("  sit0:       0       0", true)]
    [InlineData(" tunl0:       0       0", true)]
    [InlineData("  sit0:      84       1", false)]
    [InlineData("  eth0:       0       0", false)]
    public void Judge_AnInterfaceThatLinuxPutsEverywhere_IsNoneWhileItHasCarriedNothing(string line, bool stands)
    {
        var table = $"    lo:       0       0\n{line}";

        Assert.Equal(stands, Judge(Report.Replace("    lo:       0       0", table, StringComparison.Ordinal)).NoNetwork);
    }

    [Fact]
    public void Judge_TheHostsOwnIds_AreNoNamespace()
    {
        var found = Look(Judge(Report.Replace(UserMap, "         0          0 4294967295\n", StringComparison.Ordinal)));

        Assert.Equal(new Dictionary<string, bool?>(Standing) { ["userNamespace"] = false, ["ownUser"] = false }, found);
    }

    [Fact]
    public void Judge_TheGuestHasMoreThanCommands_CountsAsMissing()
    {
        var found = Look(Judge(guest: Status.Replace("Seccomp:\t2", "Seccomp:\t0", StringComparison.Ordinal)));

        Assert.Equal(new Dictionary<string, bool?>(Standing) { ["seccomp"] = false }, found);
    }

    [Theory]
    [InlineData(65L << 20, 0.5, 56)]
    [InlineData(64L << 20, 1.0, 56)]
    [InlineData(64L << 20, 0.5, 57)]
    [InlineData(long.MaxValue, double.PositiveInfinity, long.MaxValue)]
    public void Judge_LimitsAreHigher_AreMissing(long memory, double cpus, long pids) =>
        Assert.Equal(new Dictionary<string, bool?>(Standing) { ["resourceLimits"] = false }, Look(Judge(limits: new EnforcedLimits(memory, cpus, pids))));

    [Fact]
    public void Judge_AnotherKernel_SaysNothingOfTheHosts()
    {
        var walls = Judge(Report.Replace(HostKernel, "4.4.0", StringComparison.Ordinal));

        Assert.True(walls.OwnKernel);
        Assert.Equal("4.4.0", walls.Kernel);
        Assert.Equal(
            ["userNamespace", "ownUser", "namespaces", "seccomp", "systemCalls", "safeMounts", "hiddenKernelFiles", "guardedGuest"],
            Look(walls).Where(wall => wall.Value is null).Select(wall => wall.Key));
    }

    /// <summary>A box that says nothing has shown no wall.</summary>
    [Fact]
    public void Judge_NothingSaid_NothingStands()
    {
        var walls = Judge("", guest: "", limits: EnforcedLimits.None);

        // An empty map of users is no map at all; and there is nothing that would be visible.
        Assert.DoesNotContain(Look(walls), wall => wall.Value is true && wall.Key is not "hiddenKernelFiles");
    }

    private static Walls Judge(string report = Report, string guest = Status, EnforcedLimits? limits = null) =>
        new BoxEvidence(new CheckReport(report), guest, ["/proc/keys", "/proc/sys"], limits ?? new EnforcedLimits(64L << 20, 0.5, 56))
            .Judge(HostKernel, new HashSet<string> { "4711" }, ["HOME", "PATH"], Limits);

    private static Dictionary<string, bool?> Look(Walls walls) => Wall.All.ToDictionary(wall => wall.Name, wall => wall.Look(walls), StringComparer.Ordinal);

    private const string Status =
        "Name:\tsandboxd\nUid:\t1001\t1001\t1001\t1001\nGid:\t1001\t1001\t1001\t1001\nGroups:\t \n"
        + "CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000\nCapAmb:\t0000000000000000\n"
        + "NoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\n";

    private const string UserMap = "         0   16000000       1001\n      1001 1038991362          1\n      1002   16001002      64534\n";

    /// <summary>What a real box said.</summary>
    internal const string Report =
        "[descriptors]\n0\n1\n2\n[status]\n" + Status + "[uid_map]\n" + UserMap
        + """
        [mountinfo]
        234 89 0:127 / / ro,nosuid,nodev,relatime - overlay overlay ro,lowerdir=/media/template:/media/empty,redirect_dir=on
        235 234 0:132 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
        236 234 0:133 / /dev rw,nosuid,noexec,relatime - tmpfs tmpfs rw,size=64k,nr_inodes=64,mode=755
        238 236 0:135 / /dev/shm rw,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw,size=32768k
        239 234 0:136 / /tmp rw,nosuid,nodev,relatime - tmpfs tmpfs rw,size=196608k
        240 234 0:137 / /home/sandbox rw,nosuid,nodev,relatime - tmpfs tmpfs rw,size=196608k
        241 236 0:6 /null /dev/null ro,nosuid,noexec,relatime - devtmpfs devtmpfs rw
        280 235 0:6 /null /proc/keys ro,nosuid,noexec,relatime - devtmpfs devtmpfs rw
        286 235 0:132 /sys /proc/sys ro,relatime - proc proc rw
        [stat]
        4 (sandboxd) R 1 4 4 0 -1 4194560 156 0 0
        [net/dev]
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
            lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
        [kernel]
        6.18.44
        [no_new_privs]
        1
        [namespaces]
        user user:[4026532700]
        pid pid:[4026532704]
        mnt mnt:[4026532701]
        net net:[4026532705]
        ipc ipc:[4026532703]
        uts uts:[4026532702]
        cgroup cgroup:[4026532849]
        [limits]
        4 1 1
        7 4096 4096
        8 65536 65536
        13 0 0
        14 0 0
        [environment]
        HOME
        PATH
        [writable]
        /tmp
        /home/sandbox
        [guest]
        memory 13
        binary 13
        [foreign]
        i386 31
        x32 31
        [calls]
        ptrace 1
        clone3 38

        """;
}
