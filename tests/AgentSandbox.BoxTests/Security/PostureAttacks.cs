using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using AgentSandbox.BoxTests.Runtimes;
using AgentSandbox.BoxTests.Security.Golden;
using AgentSandbox.BoxTests.Security.Targets;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Cgroups;

namespace AgentSandbox.BoxTests.Security;

/// <summary>
/// What a box's processes are and have, compared exactly with what they shall: from the host, where the kernel tells the truth,
/// and from inside. After gVisor's <c>sandboxposture</c>.
/// </summary>
public abstract partial class PostureAttacks(AttackedServer server, string isolation) : AttackTest(server, isolation)
{
    private static readonly string[] Namespaces = ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"];

    private string GoldenName(string what) => $"{what}.{Server.Name}{(HasOwnKernel ? $".{Isolation}" : "")}";

    /// <summary>A1, A2, A4, A5, A7, A11: of the guest and of commands, started in each way that there is.</summary>
    [Fact]
    public async Task Processes_FromTheHost_AreAsListed()
    {
        Assert.SkipWhen(HasOwnKernel, "The host sees only the kernel that serves the box: see GvisorAttacks.Sentry_IsConfined.");
        var init = await Server.FindInitAsync(Session.Id);
        var background = Host.FindProcess(await Session.StartMarkedProcessAsync());
        var mark = Random.Shared.Next(100_000_000, 999_999_999).ToString(CultureInfo.InvariantCulture);
        var running = Session.RunAsync(new { command = new[] { "sleep", mark }, env = new Dictionary<string, string> { ["GIVEN"] = "value" }, stdin = "x" });
        var foreground = Host.FindProcess(mark);

        var lines = ((string Who, int Pid)[])[(HostView.Guest, init), ("background", background), ("foreground", foreground)];
        GoldenFile.AssertMatches(GoldenName("processes"), lines.SelectMany(process => HostView.Describe(process.Who, process.Pid, Server.Process.Pid)));

        await Session.OutputAsync($"pkill -f {mark}");
        await running;
    }

    /// <summary>A3.</summary>
    [Fact]
    public async Task Namespaces_AreNeitherTheHostsNorTheNeighbours()
    {
        var init = await Server.FindInitAsync(Session.Id);
        var neighbour = await Server.FindInitAsync(Neighbour.Id);

        // An engine without userns-remap has no user namespaces; gVisor's control groups are counted, not shown, in the box.
        var shared = Namespaces.Where(name => Host.Namespace(init, name) == Host.Namespace(Server.Process.Pid, name)).ToList();
        GoldenFile.AssertMatches(GoldenName("namespaces"), Namespaces.Select(name => $"{name} {(shared.Contains(name) ? "the host's" : "its own")}"));
        Assert.All(Namespaces.Except(shared), name => Assert.NotEqual(Host.Namespace(neighbour, name), Host.Namespace(init, name)));
    }

    /// <summary>
    /// A4: whoever a process in the box is or could be, it is nobody on the host, and nobody in the other box. The other ids of the
    /// maps are the template's files', which are the same in all boxes, and which no process can become
    /// (<c>Identity_CannotBeChanged</c>); so <c>setgroups</c> needs no lock of its own.
    /// </summary>
    [Fact]
    public async Task User_IsAnotherOneInEachBox()
    {
        Assert.SkipWhen(HasOwnKernel || Server.SharesHostUser, "There is no user namespace: gVisor has a kernel instead, and an engine has one only with userns-remap.");
        var mine = await MapsAsync(Session.Id);
        var theirs = await MapsAsync(Neighbour.Id);

        var user = mine[0].Single(map => map.Inside == 1001);
        Assert.Equal((1001, 1), (user.Inside, user.Count));
        Assert.True(user.Outside >= 100_000);
        Assert.Equal(mine[0], mine[1]);     // groups, too
        Assert.NotEqual(user.Outside, theirs[0].Single(map => map.Inside == 1001).Outside);
        Assert.All(mine[0], map => Assert.True(map.Outside >= 100_000));
        Assert.Equal(65_536, mine[0].Sum(map => map.Count));
    }

    /// <summary>A1, A2, from inside, of every thread of every process that shows itself there.</summary>
    [Fact]
    public async Task Threads_FromInside_HaveNoPower()
    {
        var status = await Session.OutputAsync("cat /proc/[0-9]*/task/[0-9]*/status 2> /dev/null; true");

        var capabilities = CapabilitySet().Matches(status);
        Assert.True(capabilities.Count >= 8, status);
        Assert.All(capabilities, match => Assert.Equal("0000000000000000", match.Groups["bits"].Value));
        Assert.All(UserIds().Matches(status), match => Assert.Equal("1001\t1001\t1001\t1001", match.Groups["ids"].Value));
        Assert.Equal("1", await Session.OutputAsync("python3 -c 'import ctypes; print(ctypes.CDLL(None).prctl(39, 0, 0, 0, 0))'"));     // PR_GET_NO_NEW_PRIVS
    }

    /// <summary>A5, A7, A12: what a program starts with, without a shell before it.</summary>
    [Fact]
    public async Task Start_OfACommand_IsClean()
    {
        const string Program = """
            import os
            print(sorted(int(f) for f in os.listdir("/proc/self/fd") if os.path.lexists(f"/proc/self/fd/{f}")))
            print(os.getsid(0) == os.getpid(), os.getpgrp() == os.getpid(), oct(os.umask(0)), os.getcwd())
            print(open("/proc/self/stat").read().rsplit(")")[1].split()[4])
            try: print(os.open("/dev/tty", os.O_RDWR))
            except OSError: print("no terminal")
            for name, value in sorted(os.environ.items()): print(f"{name}={value}")
            """;
        var request = new { command = new[] { "python3", "-c", Program }, env = new Dictionary<string, string> { ["GIVEN"] = "value", ["DOTNET_GIVEN"] = "also" } };

        GoldenFile.AssertMatches("start", (await AttackAsync(request)).Output.TrimEnd('\n').Split('\n'));
    }

    /// <summary>
    /// A6: every mount with its flags. Paths of <c>/proc</c> are masked where the kernel has them; where it has not, there is
    /// nothing to mask.
    /// </summary>
    [Fact]
    public async Task Mounts_AreAsListed()
    {
        var mounts = Visible([.. (await Session.OutputAsync("cat /proc/self/mountinfo")).Split('\n').Select(line => line.Split(' '))]);

        GoldenFile.AssertMatches(GoldenName("mounts"), mounts.Where(fields => !IsBelowProc(fields[4])).Select(DescribeMount).Order(StringComparer.Ordinal));
        if (HasOwnKernel) return;

        var covered = mounts.Where(fields => IsBelowProc(fields[4])).ToDictionary(fields => fields[4], fields => fields[5].Split(','));
        Assert.Equal(ProcPaths.Masked.Concat(ProcPaths.ReadOnly).Where(Path.Exists).Order(StringComparer.Ordinal), covered.Keys.Order(StringComparer.Ordinal));
        Assert.All(ProcPaths.ReadOnly.Where(Path.Exists), path => Assert.Contains("ro", covered[path]));
        Assert.Equal("", await Session.OutputAsync($"cat {string.Join(' ', ProcPaths.Masked)} 2> /dev/null; ls -A {string.Join(' ', ProcPaths.Masked.Where(Directory.Exists))} | grep -v -e : -e '^$'; true"));
    }

    /// <summary>A6: nothing of the host's own tree is named, but what an engine says of where it keeps its layers.</summary>
    [Fact]
    public async Task Mounts_NameNoFileOfTheHosts()
    {
        var mounts = await AttackAsync("cat /proc/self/mountinfo /proc/self/mounts /proc/self/cgroup 2> /dev/null; true");

        string[] places = [Path.GetDirectoryName(Server.HostFile.Path)!, TestHost.Root, "/root/", ".cache"];
        Assert.All(places, place => Assert.DoesNotContain(place, mounts.Output));
    }

    /// <summary>A9: asked for, and enforced by the host's kernel.</summary>
    [Fact]
    public async Task Limits_OfTheHostsKernel_AreThoseAskedFor()
    {
        await using var session = await Server.Api.CreateAsync(new { isolation = Isolation, limits = new { memoryBytes = 200 << 20, cpus = 0.5, pids = 40 } });

        var limits = KernelLimits.Of(await Server.FindInitAsync(session.Id));

        Assert.Equal(200 << 20, limits.MemoryBytes);
        Assert.Equal(0.5, limits.Cpus, 3);
        if (!HasOwnKernel) Assert.Equal(40 + CgroupTree.PidsAllowance, limits.Pids);        // gVisor counts the box's itself
    }

    private static bool IsBelowProc(string path) => path.StartsWith("/proc/", StringComparison.Ordinal);

    /// <summary>Without those that a later one lies on.</summary>
    private static List<string[]> Visible(List<string[]> mounts) =>
        [.. mounts.Where((fields, i) => !mounts.Skip(i + 1).Any(later => $"{fields[4]}/".StartsWith($"{later[4]}/", StringComparison.Ordinal)))];

    /// <summary>
    /// Place, flags, type; of the file system's own words only those that bound it. An engine's three files lie on whatever it
    /// keeps its state on.
    /// </summary>
    private static string DescribeMount(string[] fields)
    {
        var separator = Array.IndexOf(fields, "-");
        var type = fields[4].StartsWith("/etc/", StringComparison.Ordinal) ? "a file" : fields[separator + 1];
        var bounds = fields[separator + 3].Split(',').Where(word => Bound().IsMatch(word));
        return $"{fields[4]} {fields[5]} {type} {string.Join(',', bounds)}".TrimEnd();
    }

    /// <summary>Of users, and of groups.</summary>
    private async Task<IReadOnlyList<(long Inside, long Outside, long Count)>[]> MapsAsync(string session)
    {
        var init = await Server.FindInitAsync(session);
        return [Read("uid_map"), Read("gid_map")];

        IReadOnlyList<(long, long, long)> Read(string file) => [.. File.ReadLines($"/proc/{init}/{file}")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray())
            .Select(numbers => (numbers[0], numbers[1], numbers[2]))];
    }

    [GeneratedRegex("^Cap...:\t(?<bits>[0-9a-f]+)$", RegexOptions.Multiline)]
    private static partial Regex CapabilitySet();

    [GeneratedRegex("^[UG]id:\t(?<ids>.+)$", RegexOptions.Multiline)]
    private static partial Regex UserIds();

    [GeneratedRegex("^(ro|rw|size=|nr_inodes=|mode=|max=|ptmxmode=)")]
    private static partial Regex Bound();
}
