using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Runtimes;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>What a box shows of itself, of the host and of the others, as seen from inside.</summary>
public abstract partial class RuntimeContract
{
    private static readonly string[] WritablePlaces = ["/dev/mqueue", "/dev/shm", "/home/sandbox", "/tmp"];

    [Fact]
    public async Task Posture_OfTheGuestAndOfCommands_IsWithoutAnyPower()
    {
        await using var box = await StartAsync("box1");

        Assert.Equal("1001 1001 1001", await box.OutputAsync("echo $(id -u) $(id -g) $(id -G)"));
        Assert.Equal("1", await box.OutputAsync("python3 -c 'import ctypes; print(ctypes.CDLL(None).prctl(39, 0, 0, 0, 0))'")); // PR_GET_NO_NEW_PRIVS
        foreach (var process in (string[])["1", "self"])
        {
            var status = await box.OutputAsync($"grep -E '^Cap|^Seccomp:' /proc/{process}/status | tr '\\n\\t' '  '");
            Assert.Contains("CapBnd: 0000000000000000", status);
            Assert.DoesNotMatch("Cap...: [0-9a-f]*[1-9a-f]", status);
            if (!_underTest.HasOwnKernel) Assert.Contains("Seccomp: 2", status);
        }
    }

    /// <summary>As the server finds out before its first session.</summary>
    [Fact]
    public async Task Trial_EveryPromisedWall_Stands()
    {
        using var booter = new SandboxBooter(_runtime, TimeProvider.System);
        var offer = new RuntimeOffer(_runtime, _underTest.Isolation);
        var trial = new RuntimeTrial(_runtime, offer, new WallAllowances(), booter, UnreadLog.Security, NullLogger<RuntimeTrial>.Instance);

        await trial.RunAsync(_underTest.Template, OciFixture.Limits, _underTest.Isolation, CancellationToken.None);

        var found = offer.Found[_underTest.Isolation];
        Assert.Empty(found.Missing);
        Assert.NotEmpty(found.Promised);
        Assert.Equal(_underTest.HasOwnKernel, found.Walls.OwnKernel);
    }

    /// <summary>
    /// A host may pipe core dumps into a program of its own, which it runs as root and outside of every box, for a limit of
    /// zero as well; only for a limit of one byte it does not.
    /// </summary>
    [Fact]
    public async Task CoreDump_HostPipesThem_ItsProgramIsNotRun()
    {
        await using var box = await StartAsync("box1");
        await using var pattern = await CorePattern.PipeAsync();

        Assert.Equal("139", await box.OutputAsync("bash -c 'kill -SEGV $$'; echo $?"));
        Assert.Equal("139", await box.OutputAsync("bash -c 'ulimit -c 0; kill -SEGV $$' 2> /dev/null; echo $?"));
        Assert.Equal("139", await box.OutputAsync("bash -c 'ulimit -c unlimited; kill -SEGV $$' 2> /dev/null; echo $?"));
        Assert.DoesNotContain("bash", pattern.Dumped);

        await Shell.OutputAsync("{ sh -c 'kill -SEGV $$'; } 2> /dev/null; true");
        await Eventually.BecomesTrueAsync(() => pattern.Dumped.Contains("sh"));     // so the host does run it
    }

    [Fact]
    public async Task Network_IsLoopbackOnlyAndNotTheHosts()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var box = await StartAsync("box1");

        Assert.Equal("lo", await box.OutputAsync("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '"));
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        Assert.Contains("ConnectionRefusedError", (await box.RunAsync($"python3 -c \"{Connect($"('127.0.0.1', {port})")}\"")).StderrText);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Files_OfTheRoot_AreReadOnly()
    {
        await using var box = await StartAsync("box1");

        Assert.Contains("ro", (await box.OutputAsync("awk '$2 == \"/\" { print $4 }' /proc/mounts")).Split(','));
        Assert.Equal("", await box.OutputAsync("for d in / /etc /usr /usr/bin /var /opt /run /app /dev; do touch $d/x 2> /dev/null && echo $d; done; true"));
        var writable = await box.OutputAsync("cut -d' ' -f2 /proc/mounts | while read -r d; do test -d $d && touch $d/x 2> /dev/null && echo $d; done; true");
        Assert.Subset(WritablePlaces.ToHashSet(), writable.Split('\n').ToHashSet());
    }

    [Fact]
    public async Task Mounts_OfTheHost_AreNotThere()
    {
        // Engines lay their own three files for a name into a box: they hold nothing of the host's.
        string[] expected = ["/", "/tmp", "/home/sandbox", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf"];
        var canary = Path.Combine(Path.GetTempPath(), $"canary-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(canary, "host secret");
        await using var box = await StartAsync("box1");

        var mounts = await box.OutputAsync("cut -d' ' -f2 /proc/mounts | grep -v -E '^/(proc|sys|dev)(/|$)'");
        Assert.Subset(expected.ToHashSet(), mounts.Split('\n').ToHashSet());
        Assert.Equal("gone", await box.OutputAsync($"test -e {canary} && echo there || echo gone"));
        Assert.Equal("", await box.OutputAsync("find / -xdev -type s 2> /dev/null; true"));
        File.Delete(canary);
    }

    [Theory]
    [InlineData("mount -t tmpfs none /tmp")]
    [InlineData("unshare -n true")]
    [InlineData("chown root /tmp")]
    [InlineData("ls /proc/1/fd/")]
    public async Task Attack_IsRefused(string line)
    {
        await using var box = await StartAsync("box1");

        Assert.NotEqual(0, (await box.RunAsync(line)).Exit.ExitCode);
        Assert.Equal("alive", await box.OutputAsync("echo alive"));
    }

    /// <summary>A kernel of its own has its own idea of devices, and of what a process may see of the first one.</summary>
    [Theory]
    [InlineData("mknod /tmp/null c 1 3")]
    [InlineData("cat /proc/1/environ")]
    public async Task Attack_OnTheSharedKernel_IsRefused(string line)
    {
        Assert.SkipWhen(_underTest.HasOwnKernel, "This kernel is the box's own: what it allows, it allows on itself.");
        await Attack_IsRefused(line);
    }

    /// <summary>
    /// crun gives the streams that it is handed to the box's user, runsc to nobody. One of them once was the host's own
    /// <c>/dev/null</c>: whoever owns that can close it to the whole host.
    /// </summary>
    [Fact]
    public async Task Start_TheHostsDevices_StayTheHosts()
    {
        const string look = "stat -c '%n %u:%g %a' /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty /dev/ptmx";
        var before = await Shell.OutputAsync(look);
        await using var box = await StartAsync("box1");
        await box.OutputAsync("true < /dev/null > /dev/null");

        Assert.Equal(before, await Shell.OutputAsync(look));
        Assert.Contains("/dev/null 0:0 666", before);
    }

    [Fact]
    public async Task Environment_OfTheGuest_HoldsNothingOfTheServers()
    {
        await using var box = await StartAsync("box1");

        // Where it cannot be read at all, all the better.
        var names = await box.OutputAsync("(tr '\\0' '\\n' < /proc/1/environ | cut -d= -f1) 2> /dev/null; true");
        Assert.Subset(new HashSet<string> { "PATH", "HOME", "HOSTNAME", "TERM", "" }, names.Split('\n').ToHashSet());
    }

    /// <summary>Linux lets nobody in a box end its first process. Other kernels may: then the box is gone, and that is noticed.</summary>
    [Fact]
    public async Task Guest_KilledFromInside_LivesOrTakesTheBoxWithIt()
    {
        await using var box = await StartAsync("box1");

        await using var attack = await box.StartAsync("kill -9 1; kill -TERM 1");
        if (_underTest.HasOwnKernel)
        {
            await Eventually.BecomesTrueAsync(async () => await TryConnectAsync(box) is RuntimeError.Gone);
            return;
        }

        await FinishedCommand.ReadAsync(attack);
        Assert.Equal("alive", await box.OutputAsync("kill -STOP 1; echo alive"));
    }

    [Fact]
    public async Task TwoBoxes_DoNotSeeEachOther()
    {
        await using var one = await StartAsync("box1");
        await using var other = await StartAsync("box2");
        await one.OutputAsync("echo secret | tee /tmp/mine /dev/shm/mine mine");
        await using var listener = await one.StartAsync("python3", "-c", Listen);
        await listener.ReadAsync(CancellationToken.None).FirstAsync();  // "listening"

        Assert.Equal("", await other.OutputAsync("ls -A /tmp /dev/shm /home/sandbox | grep mine || true"));
        Assert.DoesNotContain("python3", await other.OutputAsync("cat /proc/[0-9]*/comm"));
        foreach (var address in (string[])["('127.0.0.1', 4567)", "'\\0the box'"])
        {
            Assert.Equal(0, (await one.RunAsync($"python3 -c \"{Connect(address)}\"")).Exit.ExitCode);
            Assert.Contains("ConnectionRefusedError", (await other.RunAsync($"python3 -c \"{Connect(address)}\"")).StderrText);
        }
    }

    private static string Connect(string address) => $"import socket; a = {address}; socket.socket(1 if type(a) is str else 2).connect(a)";

    private const string Listen = """
        import socket, sys
        tcp, local = socket.create_server(("127.0.0.1", 4567)), socket.socket(socket.AF_UNIX)
        local.bind("\0the box"); local.listen()
        print("listening", flush=True)
        sys.stdin.read()
        """;
}
