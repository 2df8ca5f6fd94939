using System.Globalization;
using System.Text.Json.Nodes;
using AgentSandbox.Server.Runtimes.Oci;

namespace AgentSandbox.Tests.Runtimes.Oci;

public sealed class SeccompProfileTests
{
    private static readonly JsonNode Profile = JsonNode.Parse(SeccompProfile.Json)!;

    public static TheoryData<string> DangerousCalls { get; } =
    [
        "acct", "add_key", "adjtimex", "bpf", "chroot", "clock_settime", "fanotify_init", "finit_module", "fsopen", "init_module",
        "io_submit", "io_uring_enter", "io_uring_setup", "ioperm", "iopl", "kcmp", "kexec_load", "keyctl", "lookup_dcookie", "memfd_secret",
        "modify_ldt", "mount", "mount_setattr", "move_mount", "name_to_handle_at", "nfsservctl", "open_by_handle_at", "open_tree",
        "perf_event_open", "pidfd_getfd", "pivot_root", "process_vm_readv", "process_vm_writev", "ptrace", "quotactl", "reboot",
        "request_key", "setdomainname", "sethostname", "setns", "settimeofday", "swapon", "syslog", "umount2", "unshare", "uselib",
        "userfaultfd", "vhangup",
    ];

    [Theory]
    [MemberData(nameof(DangerousCalls))]
    public void Names_OfDangerousCalls_AreAbsent(string name) => Assert.Empty(RulesFor(name));

    [Fact]
    public void Default_IsRefusal() => Assert.Equal(("SCMP_ACT_ERRNO", 1), ((string?)Profile["defaultAction"], (int)Profile["defaultErrnoRet"]!));

    [Fact]
    public void Clone3_DoesNotExist()
    {
        var rule = Assert.Single(RulesFor("clone3"));
        Assert.Equal(("SCMP_ACT_ERRNO", 38), ((string?)rule["action"], (int?)rule["errnoRet"])); // ENOSYS
    }

    [Theory]
    [InlineData(0x00020000)] // CLONE_NEWNS
    [InlineData(0x02000000)] // CLONE_NEWCGROUP
    [InlineData(0x04000000)] // CLONE_NEWUTS
    [InlineData(0x08000000)] // CLONE_NEWIPC
    [InlineData(0x10000000)] // CLONE_NEWUSER
    [InlineData(0x20000000)] // CLONE_NEWPID
    [InlineData(0x40000000)] // CLONE_NEWNET
    public void Clone_WithANamespace_IsRefused(uint flag)
    {
        Assert.False(Allows("clone", 0, flag | 17));
        Assert.True(Allows("clone", 0, 0x3D0F00)); // a thread
    }

    [Theory]
    [InlineData(0x5412, false)]              // TIOCSTI
    [InlineData(0x541C, false)]              // TIOCLINUX
    [InlineData(0x5423, false)]              // TIOCSETD
    [InlineData(0x7F_00005412, false)]       // the kernel looks at the low half only
    [InlineData(0x80000000_00005412, false)]
    [InlineData(0x5413, true)]               // TIOCGWINSZ
    [InlineData(0x541B, true)]               // FIONREAD
    [InlineData(0x5401, true)]               // TCGETS
    [InlineData(0x80045430, true)]           // TIOCGPTN
    [InlineData(0, true)]
    [InlineData(ulong.MaxValue, true)]
    public void Ioctl_ByItsLowHalf(ulong request, bool allowed) => Assert.Equal(allowed, Allows("ioctl", 1, request));

    [Fact]
    public void AllBut_EveryNeighbour_IsAllowed()
    {
        var rules = SeccompProfile.AllBut("x", 0, 5, 9).ToList();

        for (var value = 0ul; value < 4096; value++) Assert.Equal(value is not (5 or 9), rules.Any(rule => Matches(rule, 0, value)));
    }

    [Fact]
    public void Socket_Families_AreThese() =>
        Assert.Equal([1UL, 2, 10, 16], Enumerable.Range(0, 64).Select(family => (ulong)family).Where(family => Allows("socket", 0, family)));

    [Theory]
    [InlineData(2, 1, 0, true)]             // SOCK_STREAM
    [InlineData(2, 1 | 0x80800, 6, true)]   // SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP
    [InlineData(10, 2, 17, true)]           // SOCK_DGRAM, IPPROTO_UDP
    [InlineData(2, 2, 1, true)]             // IPPROTO_ICMP, where the host allows it
    [InlineData(2, 3, 1, false)]            // SOCK_RAW
    [InlineData(2, 1, 132, false)]          // IPPROTO_SCTP
    [InlineData(2, 1, 262, false)]          // IPPROTO_MPTCP
    [InlineData(2, 2, 136, false)]          // IPPROTO_UDPLITE
    [InlineData(10, 2, 115, false)]         // IPPROTO_L2TP
    [InlineData(2, 6, 33, false)]           // SOCK_DCCP
    [InlineData(2, 5, 0, false)]            // SOCK_SEQPACKET
    public void Socket_OfTheInternet_IsTcpUdpOrEcho(uint family, uint type, uint protocol, bool allowed) =>
        Assert.Equal(allowed, RulesFor("socket").Any(rule => Matches(rule, 0, family) && Matches(rule, 1, type) && Matches(rule, 2, protocol)));

    [Theory]
    [InlineData(6, 31, false)]              // SOL_TCP, TCP_ULP
    [InlineData(0x1_00000006, 0x1_0000001F, false)]
    [InlineData(6, 1, true)]                // TCP_NODELAY
    [InlineData(1, 31, true)]               // SOL_SOCKET
    [InlineData(0x29, 26, true)]
    public void SetSockOpt_AllButUpperLayerProtocols(ulong level, ulong option, bool allowed) =>
        Assert.Equal(allowed, RulesFor("setsockopt").Any(rule => Matches(rule, 1, level) && Matches(rule, 2, option)));

    [Theory]
    [InlineData(0, "SCMP_ACT_ALLOW")]
    [InlineData(1, "SCMP_ACT_ALLOW")]       // RWF_HIPRI
    [InlineData(8, "SCMP_ACT_ERRNO")]       // RWF_NOWAIT
    [InlineData(0x1_00000009, "SCMP_ACT_ERRNO")]
    public void Preadv2_CannotAskWhetherAPageIsCached(ulong flags, string expected) =>
        Assert.Equal(expected, (string?)Assert.Single(RulesFor("preadv2"), rule => Matches(rule, 5, flags))["action"]);

    [Fact]
    public void AsynchronousIo_DoesNotExist()
    {
        var rule = Assert.Single(RulesFor("io_setup"));
        Assert.Equal(("SCMP_ACT_ERRNO", 38), ((string?)rule["action"], (int?)rule["errnoRet"])); // ENOSYS
    }

    [Fact]
    public void Socket_Netlink_OnlyWithTheRouteProtocol()
    {
        var rule = Assert.Single(RulesFor("socket"), rule => Matches(rule, 0, 16));
        Assert.True(Matches(rule, 2, 0));
        Assert.False(Matches(rule, 2, 6)); // NETLINK_XFRM
    }

    [Theory]
    [InlineData("setrlimit", 0)]
    [InlineData("prlimit64", 1)]
    public void Rlimit_OfCoreDumps_CannotBeSet(string name, int argument)
    {
        Assert.True(Allows(name, argument, 7));
        Assert.DoesNotContain(RulesFor(name), rule => Matches(rule, argument, 4) && Matches(rule, 2, 0x7FFF_0000));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(0xFFFFFFFF, true)] // asks
    [InlineData(0x0040000, false)] // ADDR_NO_RANDOMIZE
    public void Personality_OnlyTheUsual(uint value, bool allowed) => Assert.Equal(allowed, Allows("personality", 0, value));

    [Fact]
    public void Architectures_AreTheNativeOne() =>
        Assert.Equal(["SCMP_ARCH_X86_64"], Profile["architectures"]!.AsArray().Select(node => (string?)node));

    private static IEnumerable<JsonNode> RulesFor(string name) => Profile["syscalls"]!.AsArray()
        .Select(rule => rule!)
        .Where(rule => rule["names"]!.AsArray().Any(candidate => (string?)candidate == name));

    private static bool Allows(string name, int argument, ulong value) => RulesFor(name).Any(rule => Matches(rule, argument, value));

    /// <summary>As libseccomp does it: all of a rule's comparisons must hold.</summary>
    private static bool Matches(JsonNode rule, int argument, ulong value)
    {
        var comparisons = (rule["args"] as JsonArray ?? []).Where(comparison => (int)comparison!["index"]! == argument);
        return comparisons.All(comparison => (string)comparison!["op"]! switch
        {
            "SCMP_CMP_EQ" => value == Number(comparison["value"]),
            "SCMP_CMP_MASKED_EQ" => (value & Number(comparison["value"])) == Number(comparison["valueTwo"]),
            var other => throw new NotSupportedException(other),
        });
    }

    private static ulong Number(JsonNode? node) => ulong.Parse(node!.ToJsonString(), CultureInfo.InvariantCulture);
}
