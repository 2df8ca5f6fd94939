using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Security;

/// <summary>Attacks on what stands between the box and the server: the guest, its binary, and how it starts commands.</summary>
public abstract partial class EscapeAttacks
{
    /// <summary>B3.</summary>
    [Fact]
    public async Task Guest_CannotBeLookedInto()
    {
        // It may be told which processors to use, and whose memory to free when it dies, which it does not: only its own box is served
        // more slowly.
        AssertRefused(await ProbeAsync("guest"), harmless: ["sched_setaffinity", "process_mrelease"]);
        await AssertAliveAsync();
    }

    /// <summary>B4.</summary>
    [Fact]
    public async Task Guest_SurvivesEverySignal()
    {
        Assert.SkipWhen(HasOwnKernel, "gVisor does not shield PID 1: the box ends, which the next attack shows.");

        await ProbeAsync("signals");

        await AssertAliveAsync();
    }

    /// <summary>B4.</summary>
    [Fact]
    public async Task KillAll_EndsOnlyTheBoxsOwn()
    {
        await Session.RunAsync(new { command = "kill -KILL -1; kill -STOP -1", timeoutMs = 5_000 }, HttpStatusCode.OK);

        Assert.Equal("alive", await Neighbour.Session.OutputAsync("echo alive"));
        if (!HasOwnKernel) await AssertAliveAsync();
    }

    /// <summary>B4: the guest of a box with a kernel of its own can be ended from inside; the server says so and others live.</summary>
    [Fact]
    public async Task KillGuest_IsNoticed()
    {
        Assert.SkipUnless(HasOwnKernel, "The kernel shields PID 1 of a box.");

        using var answer = await Server.Api.Http.PostAsJsonAsync($"{Session.Path}/commands", new { command = "kill -KILL 1; sleep 60" });

        Assert.False(answer.IsSuccessStatusCode);
        Assert.True((int)answer.StatusCode < 600);
        Assert.Equal("alive", await Neighbour.Session.OutputAsync("echo alive"));
    }

    /// <summary>B11, as CVE-2019-5736: programs that the host executes, reached by way of a process that runs them.</summary>
    [Fact]
    public async Task Binaries_OfTheHost_StayAsTheyAre()
    {
        string[] binaries = [TestHost.GuestPath, .. ((string[])["crun", "runc", "runsc", "dockerd", "containerd-shim-runc-v2"]).Select(FindBinary).OfType<string>()];
        var before = binaries.Select(Digest).ToList();

        await Session.PutAsync("entry", "#!/proc/self/exe\n"u8.ToArray());
        await Session.PutAsync("guest-entry", "#!/proc/1/exe\n"u8.ToArray());
        await AttackAsync("chmod +x entry guest-entry; ./entry; ./guest-entry; true");
        foreach (var words in (string[][])[["/proc/self/exe"], ["/proc/1/exe"], ["/home/sandbox/entry"], ["/proc/self/fd/3"], ["/usr/lib/agent-sandbox/sandboxd"]])
        {
            using var answer = await Server.Api.Http.PostAsJsonAsync($"{Session.Path}/commands", new { command = words, timeoutMs = 2_000 });
            Assert.InRange((int)answer.StatusCode, 200, 499);
        }

        AssertRefused(await ProbeAsync("writes", "/proc/1/exe", "/usr/lib/agent-sandbox/sandboxd", "/bin/bash", "/usr/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2"), harmless: []);
        await AttackWithPythonAsync("""
            import os
            for pid in [p for p in os.listdir("/proc") if p.isdigit()]:
                for fd in range(64):
                    for path in (f"/proc/{pid}/fd/{fd}", f"/proc/{pid}/exe"):
                        try:
                            if "/" in os.readlink(path): os.write(os.open(path, os.O_WRONLY | os.O_APPEND), b"owned")
                        except OSError: pass
            """);

        Assert.Equal(before, binaries.Select(Digest));
        await AssertAliveAsync();
    }

    /// <summary>B12, as CVE-2024-21626: a working directory that leads out by way of a descriptor.</summary>
    [Fact]
    public async Task WorkingDirectory_IsInsideTheBox()
    {
        var canary = Server.HostFile.Path;
        await Session.OutputAsync("ln -sfn /proc/1/root out; ln -sfn /proc/self/fd loop");
        string[] tricks =
        [
            .. Enumerable.Range(0, 16).Select(fd => $"/proc/self/fd/{fd}"), "/proc/1/root", "/proc/1/cwd", "/proc/self/root/../..", "out", "loop/7",
            "/proc/1/task/1/cwd", "/proc/thread-self/root", "/dev/fd/8", "/../../../..",
        ];
        foreach (var cwd in tricks)
        {
            var request = new { command = new[] { "cat", $"../../../../../..{canary}", $".{canary}", canary }, cwd, timeoutMs = 5_000 };
            using var answer = await Server.Api.Http.PostAsJsonAsync($"{Session.Path}/commands", request);
            var text = await answer.Content.ReadAsStringAsync();

            Assert.True((int)answer.StatusCode is 200 or 422, $"{cwd}: {text}");
            AssertHoldsNoSecret(text);
            Assert.DoesNotContain("\"exitCode\":0", text);
        }
    }

    /// <summary>B12: the directory changes while commands start in it.</summary>
    [Fact]
    public async Task WorkingDirectory_SwappedMeanwhile_IsInsideTheBox()
    {
        await Session.RunAsync(
            new { command = "mkdir real; while :; do ln -sfn /home/sandbox/real cwd; ln -sfn /proc/1/root cwd; ln -sfn /proc/self/fd/5 cwd; done", background = true },
            HttpStatusCode.Created);
        for (var attempt = 0; attempt < 50; attempt++)
        {
            var request = new { command = new[] { "cat", $".{Server.HostFile.Path}" }, cwd = "cwd", timeoutMs = 5_000 };
            using var answer = await Server.Api.Http.PostAsJsonAsync($"{Session.Path}/commands", request);
            Assert.True((int)answer.StatusCode is 200 or 422);
            AssertHoldsNoSecret(await answer.Content.ReadAsStringAsync());
        }
    }

    /// <summary>B13, as CVE-2025-31133: what a runtime trusts in <c>/dev</c> and <c>/proc</c> is not the box's to replace.</summary>
    [Fact]
    public async Task DeviceFiles_CannotBeReplaced()
    {
        var before = await Runtimes.Shell.OutputAsync("stat -c '%n %i %u %g %a %t %T %Y' /dev/null /dev/zero /dev/full /dev/tty /dev/urandom");

        var result = await AttackAsync(
            """
            for file in /dev/null /dev/zero /dev/console /dev/ptmx /dev/fd /dev /proc /proc/sys /etc/passwd /home; do
                mv $file /tmp/moved; ln -sfn /proc/sysrq-trigger $file; rm -rf $file; chmod 000 $file; chown 1001 $file
            done 2> /dev/null
            touch /dev/new /proc/new 2> /dev/null; ls -d /dev/new /proc/new 2> /dev/null; test -c /dev/null && echo same
            """);

        Assert.Equal("same\n", result.Output);
        Assert.Equal(before, await Runtimes.Shell.OutputAsync("stat -c '%n %i %u %g %a %t %T %Y' /dev/null /dev/zero /dev/full /dev/tty /dev/urandom"));
        await AssertAliveAsync();
    }

    private static string? FindBinary(string name) =>
        ((string[])["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"]).Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);

    private static string Digest(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(file));
    }
}
