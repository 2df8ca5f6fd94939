using System.Net;
using System.Net.Sockets;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Isolation;

/// <summary>The wall, seen from inside and from the host.</summary>
[Collection(ServerCollection.Name)]
public sealed class IsolationTests(ServerFixture server) : IAsyncLifetime
{
    private TestSession _session = null!;

    public async ValueTask InitializeAsync() => _session = await server.Api.CreateAsync();

    public ValueTask DisposeAsync() => _session.DisposeAsync();

    [Fact]
    public async Task Identity_IsTheSandboxUserWithoutPower()
    {
        Assert.Equal("uid=1001(sandbox) gid=1001(sandbox) groups=1001(sandbox)", await _session.OutputAsync("id"));
        var status = await _session.OutputAsync("grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status | tr '\\t\\n' ' ;'");
        Assert.Equal(
            "CapInh: 0000000000000000;CapPrm: 0000000000000000;CapEff: 0000000000000000;CapBnd: 0000000000000000;CapAmb: 0000000000000000;NoNewPrivs: 1;Seccomp: 2;",
            status);
        Assert.Equal("sandbox", await _session.OutputAsync("hostname"));
    }

    [Fact]
    public async Task Identity_FromTheHost_IsAnUnprivilegedUserInNamespacesOfItsOwn()
    {
        var pid = Host.FindProcess(await _session.StartMarkedProcessAsync());

        Assert.All(Host.Status(pid)["Uid"].Split('\t'), uid => Assert.True(int.Parse(uid, System.Globalization.CultureInfo.InvariantCulture) >= 100_000));
        Assert.All(
            new[] { "user", "pid", "mnt", "net", "ipc", "uts", "cgroup" },
            name => Assert.NotEqual(Host.Namespace(Environment.ProcessId, name), Host.Namespace(pid, name)));
    }

    [Fact]
    public async Task TwoSessions_ShareNothing()
    {
        await using var other = await server.Api.CreateAsync();
        await _session.OutputAsync("echo secret > /tmp/mine; echo secret > /dev/shm/mine; echo secret > mine");
        var mine = Host.FindProcess(await _session.StartMarkedProcessAsync());
        var theirs = Host.FindProcess(await other.StartMarkedProcessAsync());

        Assert.Equal("", await other.OutputAsync("ls -A /tmp /dev/shm /home/sandbox | grep mine || true"));
        Assert.NotEqual(Host.Status(mine)["Uid"], Host.Status(theirs)["Uid"]);
        Assert.All(
            new[] { "user", "pid", "mnt", "net", "ipc", "uts", "cgroup" },
            name => Assert.NotEqual(Host.Namespace(mine, name), Host.Namespace(theirs, name)));
    }

    [Fact]
    public async Task Host_FilesAndProcesses_AreNotThere()
    {
        var canary = Path.Combine(Path.GetTempPath(), $"canary-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(canary, "host secret");
        try
        {
            Assert.Equal("gone", await _session.OutputAsync($"test -e {canary} && echo there || echo gone"));
            Assert.Equal("", await _session.OutputAsync("ps -eo comm= | grep -v -E '^(sandboxd|bash|ps|grep)$' || true"));
            Assert.Equal("", await _session.OutputAsync("find / -xdev -type s 2>/dev/null; find / -xdev -perm /6000 -type f 2>/dev/null; true"));
        }
        finally
        {
            File.Delete(canary);
        }
    }

    [Fact]
    public async Task Network_IsLoopbackOnlyAndNotTheHosts()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        Assert.Equal("lo", await _session.OutputAsync("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '"));
        var attempt = await _session.RunAsync($"python3 -c \"import socket; socket.create_connection(('127.0.0.1', {port}), 2)\"");
        Assert.Contains("ConnectionRefusedError", attempt.GetProperty("stderr").GetString(), StringComparison.Ordinal);
        Assert.Equal("ok", await _session.OutputAsync(
            "python3 -c \"import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); socket.create_connection(s.getsockname()); print('ok')\""));
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task RootFileSystem_AndKernelSettings_AreReadOnly()
    {
        Assert.Equal("", await _session.OutputAsync("for d in / /etc /usr /app /var /opt /run; do touch $d/x 2>/dev/null && echo $d; done; true"));
        Assert.Equal("", await _session.OutputAsync("find /proc/sys /sys -type f -writable 2>/dev/null | head"));
        Assert.Equal("", await _session.OutputAsync("awk '$2 !~ \"^/proc/\" && $4 !~ /nosuid/ {print $2, $4}' /proc/mounts"));
    }

    [Theory]
    [InlineData("/proc/kcore")]
    [InlineData("/proc/keys")]
    [InlineData("/proc/timer_list")]
    [InlineData("/proc/sysrq-trigger")]
    [InlineData("/proc/kmsg")]
    public async Task KernelFiles_Masked_GiveNothing(string path) =>
        Assert.Equal("0", await _session.OutputAsync($"(head -c 100 {path} | wc -c) 2>/dev/null"));

    [Theory]
    [InlineData("mount -t tmpfs none /tmp")]
    [InlineData("unshare -U true")]
    [InlineData("unshare -n true")]
    [InlineData("python3 -c \"import socket; socket.socket(38, 5, 0)\"")]                // AF_ALG
    [InlineData("python3 -c \"import socket; socket.socket(17, 3, 3)\"")]                // AF_PACKET
    [InlineData("python3 -c \"import socket; socket.socket(40, 1, 0)\"")]                // AF_VSOCK
    [InlineData("python3 -c \"import ctypes, sys; sys.exit(ctypes.CDLL(None).syscall(425, 1, 0) < 0)\"")]    // io_uring_setup
    [InlineData("python3 -c \"import ctypes, sys; sys.exit(ctypes.CDLL(None).syscall(321, 0, 0, 0) < 0)\"")] // bpf
    [InlineData("python3 -c \"import ctypes, sys; sys.exit(ctypes.CDLL(None).syscall(101, 0, 0, 0, 0) < 0)\"")] // ptrace
    [InlineData("python3 -c \"import ctypes, sys; sys.exit(ctypes.CDLL(None).syscall(250, 0, 0) < 0)\"")]    // keyctl
    [InlineData("mknod /tmp/null c 1 3")]
    [InlineData("cat /proc/1/environ")]
    [InlineData("ls /proc/1/fd")]
    [InlineData("cat /proc/1/root/etc/hostname")]
    [InlineData("cat /usr/lib/agent-sandbox/sandboxd")]
    public async Task Attack_IsRefused(string line)
    {
        var result = await _session.RunAsync(line);

        Assert.NotEqual("0", result.GetProperty("exitCode").ToString());
        Assert.Equal("alive", await _session.OutputAsync("echo alive"));
    }

    [Fact]
    public async Task Guest_CannotBeKilledFromInside()
    {
        await _session.RunAsync("kill -9 1; kill -STOP 1; kill -TERM 1");
        var limits = await _session.RunAsync("python3 -c 'import resource; resource.prlimit(1, resource.RLIMIT_CPU, (1, 1))'");
        var priority = await _session.RunAsync("python3 -c 'import os; os.setpriority(os.PRIO_PROCESS, 1, 19)'");
        var schedule = await _session.RunAsync("python3 -c 'import os; os.sched_setscheduler(1, os.SCHED_IDLE, os.sched_param(0))'");

        Assert.All([limits, priority, schedule], result => Assert.Contains("PermissionError", result.GetProperty("stderr").GetString(), StringComparison.Ordinal));
        Assert.Equal("alive", await _session.OutputAsync("nice -n 5 python3 -c 'import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))'; ulimit -n 100; echo alive"));
    }

    [Fact]
    public async Task OtherSessions_CannotBeWatchedOrLockedByTheSharedFiles()
    {
        await using var other = await server.Api.CreateAsync();
        const string Watch = """
            import ctypes, fcntl, os, time
            libc = ctypes.CDLL(None, use_errno=True)
            notify = libc.inotify_init1(os.O_NONBLOCK)
            lock = open("/etc/passwd"); fcntl.flock(lock, fcntl.LOCK_EX)
            assert libc.inotify_add_watch(notify, b"/usr/bin", 0xFFF) > 0 and libc.inotify_add_watch(notify, b"/etc", 0xFFF) > 0
            print("ready", flush=True)
            input()
            try: print(len(os.read(notify, 65536)), "bytes of news")
            except BlockingIOError: print("no news")
            """;
        var started = await _session.RunAsync(new { command = new[] { "python3", "-c", Watch }, background = true }, HttpStatusCode.Created);
        var command = $"{_session.Path}/commands/{started.GetProperty("pid").GetInt32()}";
        var output = "";
        await foreach (var item in server.Api.StreamAsync(HttpMethod.Get, $"{command}/events", null))
        {
            if (item.Name != "stdout") continue;
            output += System.Text.Encoding.UTF8.GetString(item.Bytes);
            if (!output.EndsWith("ready\n", StringComparison.Ordinal)) continue;

            Assert.Equal("got it", await other.OutputAsync("uname > /dev/null; cat /etc/hostname > /dev/null; flock -n /etc/passwd echo got it"));
            await server.Api.SendAsync(HttpMethod.Post, $"{command}/stdin", new { data = "\n" }, HttpStatusCode.NoContent);
        }

        Assert.Equal("ready\nno news\n", output);
    }

    [Fact]
    public async Task Command_StartsClean()
    {
        Assert.Equal("0 1 2", await _session.OutputAsync("python3 -c \"import os; print(*[f for f in os.listdir('/proc/self/fd') if os.path.lexists(f'/proc/self/fd/{f}')])\""));
        var names = await _session.OutputAsync("env -0 | cut -z -d= -f1 | tr '\\0' '\\n' | sort | tr '\\n' ' '");
        Assert.DoesNotContain("DOTNET", names, StringComparison.Ordinal);
        Assert.DoesNotContain("SANDBOX", names, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tools_OfTheTemplate_Work()
    {
        Assert.Equal("2", await _session.OutputAsync("python3 -c 'print(1+1)'"));
        Assert.Equal("2", await _session.OutputAsync("node -e 'console.log(1+1)'"));
        Assert.Equal("ok", await _session.OutputAsync("git init -q r && cd r && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && echo ok"));
        Assert.Equal("4", await _session.OutputAsync("python3 -c 'from concurrent.futures import ThreadPoolExecutor as T; print(len(list(T(4).map(str, range(4)))))'"));
        Assert.Equal("6", await _session.OutputAsync("python3 -c 'import subprocess; print(subprocess.run([\"sh\",\"-c\",\"echo 6\"],capture_output=True,text=True).stdout.strip())'"));
        Assert.Equal("привет", await _session.OutputAsync("python3 -c \"print('привет')\""));
    }
}
