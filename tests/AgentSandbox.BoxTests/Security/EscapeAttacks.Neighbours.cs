using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using AgentSandbox.BoxTests.Security.Canaries;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Security;

/// <summary>Attacks on who else there is: other sessions, the host's network, its services and its secrets.</summary>
public abstract partial class EscapeAttacks
{
    /// <summary>B14, B15: every address at which the host, the other session or a cloud's metadata service could be.</summary>
    [Fact]
    public async Task Network_ReachesNobody()
    {
        string[] addresses =
        [
            "127.0.0.1", "127.0.0.2", "0.0.0.0", .. HostAddresses(), "172.17.0.1", "172.18.0.1", "10.0.0.1", "192.168.0.1", "169.254.169.254", "169.254.170.2",
            "100.100.100.200", "192.0.0.192", "::1", "fd00:ec2::254", "8.8.8.8", "1.1.1.1", "224.0.0.1", "255.255.255.255",
        ];
        int[] ports = [Server.HostTcp.Port, Server.Api.Http.BaseAddress!.Port, SessionCanary.Port, 80, 2375, 2379, 10250];
        var targets = addresses.SelectMany(address => ports.Select(port => $"tcp:{address}:{port}"))
            .Concat(addresses.SelectMany(address => ((int[])[Server.HostUdp.Port, SessionCanary.Port, 53]).Select(port => $"udp:{address}:{port}")))
            .Append($"abstract:{Server.HostAbstractName}").Append($"abstract:{SessionCanary.AbstractName}").Append("abstract:/containerd-shim");

        var attempts = await ProbeAsync(["connections", .. targets]);

        // A datagram to one's own loopback, or to a network that is there, is sent, and nobody gets it.
        Assert.All(attempts.Where(attempt => !attempt.Name.StartsWith("udp", StringComparison.Ordinal)), attempt => Assert.Contains(attempt.Outcome, Refusals));
    }

    /// <summary>B16: no names are looked up, and the host's resolver is not told.</summary>
    [Fact]
    public async Task Names_AreNotResolved()
    {
        var result = await AttackWithPythonAsync("""
            import socket
            for name in ("example.com", "metadata.google.internal", "kubernetes.default.svc", "host.docker.internal"):
                try: print(socket.getaddrinfo(name, 80))
                except OSError: pass
            """);
        Assert.Equal("", result.Output);

        var resolvers = File.ReadLines("/etc/resolv.conf").Where(line => line.StartsWith("nameserver", StringComparison.Ordinal));
        var inside = await Session.OutputAsync("cat /etc/resolv.conf /etc/hosts 2> /dev/null; true");
        Assert.All(resolvers.Where(line => !IPAddress.IsLoopback(IPAddress.Parse(line.Split()[1]))), line => Assert.DoesNotContain(line, inside));
        Assert.DoesNotContain(Environment.MachineName, inside.Split());
    }

    /// <summary>B14, B17: a socket in the file system would be a way to whoever listens, and for descriptors from there.</summary>
    [Fact]
    public async Task Sockets_AndSecretsOfTheHost_AreNotThere()
    {
        var result = await AttackWithPythonAsync($$"""
            import os, stat
            found = []
            for directory, names, files in os.walk("/"):
                if directory in ("/proc", "/sys"): names.clear(); continue
                for file in files:
                    path = os.path.join(directory, file)
                    try: kind = os.lstat(path)
                    except OSError: continue
                    if stat.S_ISSOCK(kind.st_mode) or stat.S_ISBLK(kind.st_mode): found.append(path)
            wanted = ("/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/run/crio/crio.sock", "/run/podman/podman.sock",
                "/var/run/secrets", "/run/secrets", "/.dockerenv", "/run/.containerenv", "/root/.ssh", "/root/.aws", "/root/.kube", "/root/.docker",
                "/etc/shadow-", "/etc/kubernetes", "/var/lib/docker", "/var/lib/kubelet", "/host", "/mnt/host", "{{Server.HostFile.Path}}")
            print(found, [path for path in wanted if os.path.exists(path) and path != "/.dockerenv"])
            """);

        Assert.Equal("[] []\n", result.Output);
    }

    /// <summary>A7: secrets of the server, wherever a process could show them.</summary>
    [Fact]
    public async Task Environment_OfOthers_IsNotThere()
    {
        var result = await AttackAsync("cat /proc/*/environ /proc/*/cmdline /proc/*/task/*/environ 2> /dev/null | tr '\\0' '\\n'; env; ls /home/sandbox /tmp /dev/shm");

        Assert.DoesNotContain("SERVER_SECRET", result.Output);
        Assert.DoesNotContain("CANARY", result.Output);
        Assert.DoesNotContain("DOTNET", result.Output);
    }

    /// <summary>B18: queues, shared memory and leases by which boxes on one kernel could meet.</summary>
    [Fact]
    public async Task Neighbour_SharesNoQueuesNorMemory()
    {
        AssertRefused(await ProbeAsync("neighbours", SessionCanary.SystemVKey.ToString(CultureInfo.InvariantCulture), SessionCanary.QueueName), harmless: []);

        Assert.Equal("", await Session.OutputAsync("tail -q -n +2 /proc/sysvipc/* 2> /dev/null; cat /proc/locks 2> /dev/null; ls -A /dev/shm /dev/mqueue 2> /dev/null | grep canary; true"));
    }

    /// <summary>
    /// B18: watches (inotify) and locks on all that boxes have in common, while the other one uses it: its programs, its
    /// settings, its device files.
    /// </summary>
    [Fact]
    public async Task Neighbour_CannotBeWatchedNorLocked()
    {
        const string Shared = "/dev/null /dev/zero /dev/full /dev/tty /dev/random /dev/urandom /dev /etc /etc/passwd /usr/bin /usr/bin/env /usr/lib /bin/sh / /proc /proc/1 /proc/sys";
        const string Watch = $$"""
            import ctypes, fcntl, os, sys
            libc = ctypes.CDLL(None, use_errno=True)
            notify = libc.inotify_init1(os.O_NONBLOCK)
            shared, held = "{{Shared}}".split(), []
            watched = 0
            for path in shared:
                watched += libc.inotify_add_watch(notify, path.encode(), 0xFFF) > 0
                try:
                    held.append(open(path)); fcntl.flock(held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if os.access(path, os.W_OK): held.append(open(path, "r+b", 0)); fcntl.lockf(held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError: pass
            try: os.read(notify, 1 << 20)   # of our own
            except BlockingIOError: pass
            print("ready", flush=True)
            sys.stdin.readline()
            try: print(len(os.read(notify, 1 << 20)), "bytes of news")
            except BlockingIOError: print("no news")
            """;
        const string Use = $"""
            import fcntl, os, subprocess
            subprocess.run(["/usr/bin/env", "sh", "-c", "cat /etc/passwd > /dev/null; head -c 9 /dev/zero /dev/urandom > /dev/null; : > /dev/full; exit 0"])
            for path in "{Shared}".split():
                try: file = open(path)
                except OSError: continue
                try: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError: print(path, "is locked")
                except OSError: pass
                if not os.access(path, os.W_OK): continue
                try: fcntl.lockf(open(path, "r+b", 0), fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError: print(path, "is locked")
                except OSError: pass
            """;

        var started = await Session.RunAsync(new { command = new[] { "python3", "-c", Watch }, background = true }, HttpStatusCode.Created);
        var command = $"{Session.Path}/commands/{started.GetProperty("pid").GetInt32()}";
        var output = "";
        await foreach (var item in Server.Api.StreamAsync(HttpMethod.Get, $"{command}/events", null))
        {
            if (item.Name != "stdout") continue;
            output += Encoding.UTF8.GetString(item.Bytes);
            if (!output.EndsWith("ready\n", StringComparison.Ordinal)) continue;

            var seen = await Neighbour.Session.RunAsync(new { command = new[] { "python3", "-c", Use } });
            Assert.Equal("", seen.GetProperty("stdout").GetString());
            Assert.Equal("free", await Runtimes.Shell.OutputAsync("cat /dev/null; flock -n /dev/null echo free || echo locked"));
            await Server.Api.SendAsync(HttpMethod.Post, $"{command}/stdin", new { data = "\n" }, HttpStatusCode.NoContent);
        }

        Assert.Equal("ready\nno news\n", output);
    }

    /// <summary>
    /// B18: what the kernel counts by user (inotify instances here) one box must not use up for another, nor for the host.
    /// Linux counts it for whoever made the user namespace, too, up to the host's own limit.
    /// </summary>
    [Fact]
    public async Task Neighbour_IsNotStarvedOfWhatIsCountedByUser()
    {
        Assert.SkipUnless(HasOwnKernel || Server.Name == "oci", "An engine's boxes share the inotify limits of one host user: docs/security.md says so.");
        const string Exhaust = """
            import ctypes, sys
            libc = ctypes.CDLL(None)
            n = 0
            while n < 4000 and libc.inotify_init1(0) >= 0: n += 1
            print("exhausted", flush=True)
            sys.stdin.readline()
            """;
        var started = await Session.RunAsync(new { command = new[] { "python3", "-c", Exhaust }, background = true }, HttpStatusCode.Created);
        await foreach (var item in Server.Api.StreamAsync(HttpMethod.Get, $"{Session.Path}/commands/{started.GetProperty("pid").GetInt32()}/events", null))
        {
            if (item.Name == "stdout") break;
        }

        const string Try = "python3 -c 'import ctypes; print(ctypes.CDLL(None).inotify_init1(0) >= 0)'";
        Assert.Equal("True\n", (await Neighbour.Session.RunAsync(Try)).GetProperty("stdout").GetString());
        Assert.Equal("True", await Runtimes.Shell.OutputAsync(Try));
    }

    /// <summary>B19, B11: files that all boxes share hold the same bytes afterwards, for another one.</summary>
    [Fact]
    public async Task Files_ThatBoxesShare_StayAsTheyAre()
    {
        const string Digest = "sha256sum /etc/passwd /etc/hosts /etc/ld.so.cache /usr/bin/bash /usr/bin/env /usr/bin/python3 /usr/lib/x86_64-linux-gnu/libc.so.6 2> /dev/null; true";
        var before = await Neighbour.Session.OutputAsync(Digest);

        await AttackWithPythonAsync("""
            import ctypes, mmap, os
            libc = ctypes.CDLL(None)
            for path in ("/etc/passwd", "/etc/hosts", "/etc/ld.so.cache", "/usr/bin/bash", "/usr/bin/env", "/usr/lib/x86_64-linux-gnu/libc.so.6"):
                for attempt in (
                    lambda: os.open(path, os.O_WRONLY), lambda: os.open(path, os.O_RDWR | os.O_TRUNC), lambda: os.truncate(path, 0), lambda: os.unlink(path),
                    lambda: os.rename("/tmp/x", path), lambda: os.chmod(path, 0o777), lambda: os.utime(path), lambda: os.setxattr(path, "user.x", b"x"),
                    lambda: os.open(f"/proc/self/fd/{os.open(path, os.O_RDONLY)}", os.O_WRONLY),
                    lambda: mmap.mmap(os.open(path, os.O_RDONLY), 1, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)):
                    try: attempt(); print("got in", path)
                    except (OSError, ValueError): pass
                # As CVE-2022-0847: a page of the file in a pipe, and then a write to that pipe.
                r, w = os.pipe()
                os.write(w, b"x" * 65536); os.read(r, 65536)
                os.splice(os.open(path, os.O_RDONLY), w, 1, offset_src=0); os.write(w, b"owned")
            """);

        Assert.Equal(before, await Neighbour.Session.OutputAsync(Digest));
        await using var third = await CreateSessionAsync();
        Assert.Equal(before, await third.OutputAsync(Digest));
    }

    /// <summary>B21: tools that make containers need what a box must not have, and say so.</summary>
    [Fact]
    public async Task NestedContainers_FailCleanly()
    {
        await Session.PutAsync("busybox", await File.ReadAllBytesAsync("/bin/busybox"));
        await Session.OutputAsync("chmod +x busybox");
        string[] lines =
        [
            "unshare -r true", "unshare -Urmpf true", "nsenter -t 1 -a true", "nsenter -t 1 -m true", "chroot / true", "busybox unshare -r true", "busybox chroot / true",
            "busybox mount -t proc proc /tmp", "busybox nsenter -t 1 -n true", "busybox pivot_root /tmp /tmp", "busybox mknod /tmp/m c 1 1", "busybox insmod x.ko",
            "busybox losetup /dev/loop0 busybox", "busybox ip link add dummy0 type dummy", "busybox reboot -f", "busybox hwclock -w", "busybox dmesg -c",
        ];
        foreach (var line in lines)
        {
            var result = await AttackAsync($"PATH=$PATH:. timeout 10 {line}");
            const int hangs = 124;
            if (!HasOwnKernel) Assert.True(result.ExitCode is > 0 and not hangs, $"{line}: {result}");
        }

        await AssertAliveAsync();
    }

    private static IEnumerable<string> HostAddresses() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(link => link.GetIPProperties().UnicastAddresses)
        .Select(address => address.Address)
        .Where(address => !IPAddress.IsLoopback(address) && address.AddressFamily is AddressFamily.InterNetwork)
        .Select(address => address.ToString());
}
