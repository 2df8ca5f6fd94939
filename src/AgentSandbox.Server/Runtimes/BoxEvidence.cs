using System.Globalization;

namespace AgentSandbox.Server.Runtimes;

/// <summary>
/// What a box has shown of its walls, and how each is judged by it: the kernel's words, read as a command and as the guest.
/// Nothing here asks anybody.
/// </summary>
/// <param name="Commands">What a command saw.</param>
/// <param name="GuestStatus"><c>/proc/self/status</c> of the guest, the first process.</param>
/// <param name="VisibleKernelFiles">Those of <see cref="ProcPaths"/> that are there, whatever has been mounted over them.</param>
/// <param name="Limits">As read back on the host.</param>
internal sealed record BoxEvidence(CheckReport Commands, string GuestStatus, IReadOnlyCollection<string> VisibleKernelFiles, EnforcedLimits Limits)
{
    private const string FilteredBySeccomp = "2";   // proc_pid_status(5): SECCOMP_MODE_FILTER
    private const uint FirstUnprivilegedId = 65_536;
    private static readonly string[] Refusals = ["1", "38"];    // EPERM, ENOSYS
    private static readonly string[] OwnNamespaces = ["pid", "mnt", "net", "ipc", "uts", "cgroup"];

    /// <summary>The kernel's own numbers of the first namespaces, on every machine (include/linux/proc_ns.h).</summary>
    private static readonly HashSet<string> FirstNamespaces =
        [.. Enumerable.Range(0, 16).Select(number => (0xF000_0000L - number).ToString(CultureInfo.InvariantCulture))];

    /// <summary>
    /// Linux puts these into every network namespace of a machine that has their drivers (net.core.fb_tunnels_only_for_init_net).
    /// They are down, and no program in a box may raise them.
    /// </summary>
    private static readonly HashSet<string> Fallbacks =
        ["tunl0", "gre0", "gretap0", "erspan0", "ip_vti0", "ip6_vti0", "sit0", "ip6tnl0", "ip6gre0"];

    private static readonly HashSet<string> Places =
        ["/", "/proc", "/sys", "/dev", "/tmp", "/home/sandbox", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf"];

    /// <summary>The most that a process may have (getrlimit(2)): core dumps, open files, locked memory, priorities.</summary>
    private static readonly Dictionary<string, ulong> MostOf = new(StringComparer.Ordinal)
    {
        ["4"] = 1,
        ["7"] = 4_096,
        ["8"] = 64 * 1024,
        ["13"] = 0,
        ["14"] = 0,
    };

    private Dictionary<string, string> CommandStatus { get; } = ParseStatus(Commands.Text("status"));

    private Dictionary<string, string> FirstStatus { get; } = ParseStatus(GuestStatus);

    private List<(string Point, string[] Options)> Mounts { get; } = ParseMounts(Commands["mountinfo"]);

    private string UserId => CommandStatus.GetValueOrDefault("Uid", "").Split('\t')[0];

    public string Kernel => Commands["kernel"] is [var release, ..] ? release : "unknown";

    /// <param name="hostKernel">The release of the host's kernel; null when it is not known.</param>
    /// <param name="hostNamespaces">The numbers of the server's own namespaces.</param>
    /// <param name="environment">The names of the variables that commands are given.</param>
    /// <param name="limits">As wanted on the host.</param>
    public Walls Judge(string? hostKernel, IReadOnlySet<string> hostNamespaces, IEnumerable<string> environment, SandboxLimits limits)
    {
        // What a kernel of its own says of namespaces and filters is about itself, not about the host's.
        var hasOwnKernel = hostKernel is not null && Kernel is not "unknown" && Kernel != hostKernel;
        var ofTheHosts = new Walls
        {
            Kernel = Kernel,
            OwnKernel = hasOwnKernel,
            NoNewPrivileges = Commands["no_new_privs"] is ["1"] && FirstStatus.GetValueOrDefault("NoNewPrivs", "1") == "1",
            NoCapabilities = HasNone(CommandStatus) && HasNone(FirstStatus),
            NotRoot = IsNotRoot(CommandStatus) && IsNotRoot(FirstStatus),
            NoNetwork = HasLoopbackAlone(Commands["net/dev"]),
            ReadOnlyRoot = OptionsOf("/").Contains("ro"),
            NoHostFiles = Mounts.Count > 0 && Mounts.All(mount => Places.Contains(mount.Point) || IsBelow("/proc/", mount) || IsBelow("/dev/", mount) || IsBelow("/sys/", mount)),
            ProcessLimits = MostOf.All(most => HardLimitOf(most.Key) <= most.Value),
            ResourceLimits = Limits.Hold(limits),
            CleanCommands = AreCommandsClean(environment),
        };
        return hasOwnKernel ? ofTheHosts : ofTheHosts with
        {
            UserNamespace = !IsIdentity(Commands["uid_map"]),
            OwnUser = HasUserOfItsOwn,
            Namespaces = OwnNamespaces.All(name => IsOwn(name, hostNamespaces)),
            Seccomp = CommandStatus.GetValueOrDefault("Seccomp") == FilteredBySeccomp && FirstStatus.GetValueOrDefault("Seccomp") == FilteredBySeccomp,
            SystemCalls = AreCallsRefused,
            SafeMounts = Commands["writable"] is { Count: > 0 } places && places.All(IsSafe),
            HiddenKernelFiles = VisibleKernelFiles.All(path => OptionsOf(path).Length > 0) && ProcPaths.ReadOnly.All(IsReadOnlyOrGone),
            GuardedGuest = Commands.Words("guest") is { Count: 2 } attempts && attempts.All(attempt => attempt is [_, not "0"]),
        };
    }

    internal static Dictionary<string, string> ParseStatus(string text) => text.Split('\n')
        .Select(line => line.Split(':', 2))
        .Where(parts => parts.Length == 2)
        .GroupBy(parts => parts[0], StringComparer.Ordinal)
        .ToDictionary(parts => parts.Key, parts => parts.First()[1].Trim(), StringComparer.Ordinal);

    /// <summary>Every id is its own on the host: "0 0 4294967295", or nothing where there are no user namespaces.</summary>
    internal static bool IsIdentity(IEnumerable<string> map) => ParseMap(map).All(fields => fields.Length == 3 && fields[0] == fields[1]);

    /// <summary>In the table of interfaces and what they have carried, after two lines of headings (proc_pid_net(5)).</summary>
    internal static bool HasLoopbackAlone(IEnumerable<string> table)
    {
        var interfaces = table.Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2).ToList();
        return interfaces.Exists(IsLoopback) && interfaces.TrueForAll(parts => IsLoopback(parts) || IsIdleFallback(parts));
    }

    private static bool IsLoopback(string[] parts) => parts[0].Trim() == "lo";

    private static bool IsIdleFallback(string[] parts) =>
        Fallbacks.Contains(parts[0].Trim()) && parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).All(count => count == "0");

    /// <summary>Of the sets that the kernel knows; gVisor's has no ambient one.</summary>
    internal static bool HasNone(Dictionary<string, string> status)
    {
        if (!status.ContainsKey("CapEff") || !status.ContainsKey("CapBnd")) return false;

        return status.Where(line => line.Key is "CapInh" or "CapPrm" or "CapEff" or "CapBnd" or "CapAmb")
            .All(line => ulong.TryParse(line.Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits) && bits == 0);
    }

    private static IEnumerable<string[]> ParseMap(IEnumerable<string> map) => map.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static bool IsNotRoot(Dictionary<string, string> status) =>
        status.TryGetValue("Uid", out var users) && status.TryGetValue("Gid", out var groups)
        && !users.Split('\t').Concat(groups.Split('\t')).Concat(status.GetValueOrDefault("Groups", "").Split(' ')).Contains("0");

    /// <summary>One line of the map is for the box's user alone, so that the template's owners are others.</summary>
    private bool HasUserOfItsOwn => ParseMap(Commands["uid_map"]).Any(fields =>
        fields is [var inside, var outside, "1"] && inside == UserId
        && uint.TryParse(outside, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id >= FirstUnprivilegedId);

    private bool AreCallsRefused =>
        Commands.Words("calls") is { Count: > 0 } calls && calls.All(call => call is [_, var error] && Refusals.Contains(error))
        && Commands.Words("foreign") is { Count: > 0 } ways && ways.All(way => way is [_, var signal] && signal is not ("0" or "-1"));

    /// <summary>A namespace reads like "pid pid:[4026532704]".</summary>
    private bool IsOwn(string name, IReadOnlySet<string> hosts) =>
        Commands.Words("namespaces").FirstOrDefault(words => words is [var found, _] && found == name) is [_, var link]
        && link.Split('[', ']') is [_, var number, _] && !hosts.Contains(number) && !FirstNamespaces.Contains(number);

    private ulong HardLimitOf(string resource) =>
        Commands.Words("limits").FirstOrDefault(words => words is [var number, ..] && number == resource) is [_, _, var hard]
        && ulong.TryParse(hard, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : ulong.MaxValue;

    private bool AreCommandsClean(IEnumerable<string> environment)
    {
        // After the name, which may hold anything: state, parent, group, session, terminal (proc_pid_stat(5)).
        var stat = Commands.Text("stat");
        var pid = stat.Split(' ')[0];
        return stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, var group, var session, "0", ..]
            && group == pid && session == pid
            && Commands["descriptors"] is ["0", "1", "2"]
            && Commands["environment"].All(environment.Contains);
    }

    /// <summary>The fifth field is the place, the sixth its flags (proc_pid_mountinfo(5)).</summary>
    private static List<(string Point, string[] Options)> ParseMounts(IEnumerable<string> lines) =>
        [.. lines.Select(line => line.Split(' ')).Where(fields => fields.Length > 5).Select(fields => (fields[4], fields[5].Split(',')))];

    /// <summary>The last mount on a place is the one that counts; none, when nothing is mounted there.</summary>
    private string[] OptionsOf(string point) => Mounts.LastOrDefault(mount => mount.Point == point).Options ?? [];

    private static bool IsBelow(string directory, (string Point, string[] Options) mount) => mount.Point.StartsWith(directory, StringComparison.Ordinal);

    private bool IsSafe(string place) => OptionsOf(place) is { Length: > 0 } options && options.Contains("nosuid") && options.Contains("nodev");

    /// <summary>Gone: then nothing is mounted there, and the inspector has not found it either.</summary>
    private bool IsReadOnlyOrGone(string path) => OptionsOf(path).Contains("ro") || (OptionsOf(path).Length == 0 && !VisibleKernelFiles.Contains(path));
}
