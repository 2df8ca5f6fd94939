using AgentSandbox.Guest.Native;

namespace AgentSandbox.Guest.Checks;

/// <summary>
/// Makes one system call of each kind that the filter of a box refuses, and tells how each was answered. The arguments are
/// such that the kernel itself would do nothing, and would answer anything but EPERM where it can: so the answer tells
/// whether the filter is in force, and not only that the caller lacks some right.
/// </summary>
internal static class ForbiddenCalls
{
    private const nint Bad = 1;             // no address
    private const nint NoProcess = 0x3FFF_FFFF;
    private const nint NewUserNamespace = 0x1000_0000;
    private const nint NewTimeNamespace = 0x80;
    private const nint LimitOfCoreDumps = 4;
    private const int SysSocket = 41, SysSocketPair = 53;

    private static readonly (string Name, nint Number, nint[] Arguments)[] Calls =
    [
        ("ptrace", 101, [0x7777, NoProcess]),
        ("process_vm_readv", 310, [NoProcess, 0, 0, 0, 0, 1]),
        ("process_vm_writev", 311, [NoProcess, 0, 0, 0, 0, 1]),
        ("pidfd_getfd", 438, [-1, 0, 1]),
        ("kcmp", 312, [NoProcess, NoProcess]),
        ("mount", 165, [Bad, Bad, Bad, 0, 0]),
        ("umount2", 166, [Bad, 0x7777]),
        ("pivot_root", 155, [Bad, Bad]),
        ("fsopen", 430, [Bad, 0]),
        ("open_tree", 428, [-1, Bad, 0]),
        ("move_mount", 429, [-1, Bad, -1, Bad, 0]),
        ("mount_setattr", 442, [-1, Bad, 0, Bad, 0]),
        ("chroot", 161, [Bad]),
        ("setns", 308, [-1, 0]),
        ("unshare", 272, [NewTimeNamespace | 1]),       // a flag that there is not
        ("bpf", 321, [0x7777, Bad, 0]),
        ("perf_event_open", 298, [Bad, 0, -1, -1, 0]),
        ("userfaultfd", 323, [0x7777]),
        ("io_uring_setup", 425, [0, Bad]),
        ("io_uring_enter", 426, [-1, 0, 0, 0, 0, 0]),
        ("keyctl", 250, [0x7777]),
        ("add_key", 248, [Bad, Bad, Bad, 0, 0]),
        ("request_key", 249, [Bad, Bad, Bad, 0]),
        ("name_to_handle_at", 303, [-1, Bad, Bad, Bad, 0x7777]),
        ("open_by_handle_at", 304, [-1, Bad, 0]),
        ("fanotify_init", 300, [0x7777_7777, 0]),
        ("quotactl", 179, [0x7777_7777, Bad, 0, Bad]),
        ("memfd_secret", 447, [0x7777]),
        ("modify_ldt", 154, [0x7777, 0, 0]),
        ("personality", 135, [0x004_0000]),             // ADDR_NO_RANDOMIZE
        ("syslog", 103, [0x7777, 0, 0]),
        ("init_module", 175, [Bad, 0, Bad]),
        ("kexec_load", 246, [0, 0x7777, Bad, -1]),
        ("prlimit64(RLIMIT_CORE)", 302, [0, LimitOfCoreDumps, Bad, 0]),
        ("ioctl(TIOCSTI)", 16, [-1, 0x5412, Bad]),
        ("socket(AF_PACKET)", SysSocket, [17, 3, 0]),
        ("socket(AF_ALG)", SysSocket, [38, 5, 0]),
        ("socket(AF_VSOCK)", SysSocket, [40, 1, 0]),
        ("socket(AF_RXRPC)", SysSocket, [33, 2, 2]),
        ("socket(NETLINK_XFRM)", SysSocket, [16, 3, 6]),
        ("socketpair(AF_TIPC)", SysSocketPair, [30, 1, 0, Bad]),
        ("clone(CLONE_NEWUSER)", 56, [NewUserNamespace | 0x0020_0000 | 0x0001_0000]),   // flags that exclude each other
    ];

    /// <summary>Each call with its error number, 0 when it was not refused.</summary>
    public static IEnumerable<(string Name, int Error)> Try() => Calls.Select(call => (call.Name, Call(call.Number, call.Arguments)));

    private static int Call(nint number, nint[] given)
    {
        Span<nint> a = stackalloc nint[6];
        a.Clear();
        given.CopyTo(a);
        return Libc.SystemCall(number, a[0], a[1], a[2], a[3], a[4], a[5]) < 0 ? Errno.Last : 0;
    }
}
