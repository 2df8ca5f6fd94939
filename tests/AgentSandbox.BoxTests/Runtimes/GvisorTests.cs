using System.Globalization;
using System.Text;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Oci;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>Boxes of isolation gvisor, made by runsc without a daemon: what is particular to them.</summary>
[Collection(OciCollection.Name)]
public sealed class GvisorTests(OciFixture fixture) : IAsyncLifetime
{
    private static readonly SandboxLimits Limits = new(MemoryBytes: 256L << 20, Cpus: 1, Pids: 40, DiskBytes: 16L << 20);

    private readonly string _state = Directory.CreateTempSubdirectory("gvisor-test-").FullName;
    private OciBinary _crun = null!, _runsc = null!;
    private OciRuntime _runtime = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var (runsc, reason) = await OciBinaryFinder.FindAsync("runsc", Cancellation);
        Assert.SkipWhen(runsc is null, $"runsc: {reason}.");
        _runsc = runsc!;
        _crun = await OciFixture.FindAsync("crun");
        _runtime = OciFixture.Runtime(fixture.Options(_state), _crun, _runsc);
    }

    /// <summary>Every test ends here: after an orderly end nothing may be left, gVisor's own processes included.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_runtime is not null)
        {
            await _runtime.DisposeAsync();
            AssertNothingIsLeft();
        }
        Directory.Delete(_state, recursive: true);
    }

    [Fact]
    public async Task Start_Commands_RunOnGvisorsKernel()
    {
        await using var guest = await ConnectAsync(await StartAsync("box1"));

        var kernel = await RunAsync(guest, "dmesg");

        Assert.Contains("Starting gVisor", kernel.Text);
    }

    [Fact]
    public async Task Start_Inside_IsWithoutAnyPower()
    {
        await using var guest = await ConnectAsync(await StartAsync("box1"));

        var result = await RunAsync(
            guest,
            """
            id -u; grep -E '^Cap(Inh|Prm|Eff|Bnd)' /proc/self/status | tr -d '\t'; tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '
            touch /file /usr/file /app/file 2>&1 | grep -c -e denied -e Read-only
            head -c 1 /proc/1/mem 2>&1 | grep -c denied
            """);

        Assert.Equal(
            """
            1001
            CapInh:0000000000000000
            CapPrm:0000000000000000
            CapEff:0000000000000000
            CapBnd:0000000000000000
            lo
            3
            1

            """,
            result.Text);
    }

    /// <summary>gVisor does not shield the first process of a box, as the kernel does; only KILL and STOP get through.</summary>
    [Fact]
    public async Task Signals_FromItsOwnBox_DoNotEndTheGuest()
    {
        await using var guest = await ConnectAsync(await StartAsync("box1"));

        await RunAsync(guest, "for signal in $(seq 1 64); do [ $signal = 9 -o $signal = 19 ] || kill -$signal 1; done");

        Assert.Equal("alive\n", (await RunAsync(guest, "echo alive")).Text);
    }

    /// <summary>gVisor's kernel and its file server: charged to the box, without root's powers, the kernel behind a filter.</summary>
    [Fact]
    public async Task Start_Outside_EveryProcessIsInTheBoxAndConfined()
    {
        var box = await StartAsync("box1");

        var pids = box.Cgroup.ProcsFiles.Select(file => File.ReadLines(file).Order(StringComparer.Ordinal).ToArray()).ToArray();

        Assert.Contains(box.Init!.Pid.ToString(CultureInfo.InvariantCulture), pids[0]);
        Assert.All(pids, group => Assert.Equal(pids[0], group));
        Assert.All(pids[0], pid => Assert.DoesNotContain("0", Host.Status(int.Parse(pid, CultureInfo.InvariantCulture))["Uid"].Split('\t')));
        Assert.Equal("2", Host.Status(box.Init.Pid)["Seccomp"]);
        foreach (var name in (string[])["user", "mnt", "net", "ipc"])
            Assert.NotEqual(Host.Namespace(Environment.ProcessId, name), Host.Namespace(box.Init.Pid, name));
    }

    [Fact]
    public async Task Start_HostDevices_KeepTheirOwner()
    {
        const string owner = "stat -c '%u %g %a' /dev/null";
        var before = await Shell.OutputAsync(owner);   // perhaps no longer root: Docker with runsc gives it away at every exec

        await StartAsync("box1");

        Assert.Equal(before, await Shell.OutputAsync(owner));
    }

    [Fact]
    public async Task Disk_Full_IsRefusedAndTheBoxLives()
    {
        await using var guest = await ConnectAsync(await StartAsync("box1"));

        foreach (var directory in (string[])["/tmp", "/home/sandbox"])
        {
            var result = await RunAsync(guest, $"head -c 17M /dev/zero > {directory}/file; wc -c < {directory}/file; rm {directory}/file");
            Assert.Equal($"{16 << 20}\n", result.Text);
            Assert.Contains("No space left on device", result.ErrorText);
        }
    }

    [Fact]
    public async Task Processes_OverTheLimit_AreRefusedInside()
    {
        await using var guest = await ConnectAsync(await StartAsync("box1"));

        var result = await RunAsync(
            guest,
            """
            python3 -c "
            import os, time
            children = 0
            try:
                while children < 100:
                    if os.fork() == 0: time.sleep(60)
                    children += 1
            except BlockingIOError: print('refused')
            print(40 <= children <= 56)
            "; pkill -KILL python3
            """);

        Assert.StartsWith("refused\nTrue\n", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_OverTheLimit_EndsTheBoxAndIsCounted()
    {
        var box = await StartAsync("box1");
        await using var guest = await ConnectAsync(box);

        await Assert.ThrowsAsync<GuestException>(() => RunAsync(guest, "python3 -c 'x = bytearray(400 << 20); print(len(x))'"));

        await box.Init!.Exited.WaitAsync(Cancellation);
        Assert.True(await _runtime.ReadOomKillsAsync(box) > 0);
        var failure = await Assert.ThrowsAsync<SandboxRuntimeException>(() => _runtime.ConnectAsync(box, Cancellation));
        Assert.Equal(RuntimeError.Gone, failure.Error);
    }

    /// <summary>Whether the box dies of it by itself or not, a stop leaves nothing of hundreds of host threads.</summary>
    [Fact]
    public async Task ForkBomb_EndsWithItsBox()
    {
        var box = await StartAsync("box1");
        await using var guest = await ConnectAsync(box);
        await using var bomb = await guest.StartAsync(Command("bomb() { bomb | bomb & }; bomb; wait; sleep 60"), Cancellation);

        await Eventually.BecomesTrueAsync(async () => (await _runtime.ReadStatsAsync(box, Cancellation)).Pids > 300);
        await _runtime.StopAsync(box, Cancellation);

        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Output_WithoutEnd_HoldsNobodyUp()
    {
        var box = await StartAsync("box1");
        await using var guest = await ConnectAsync(box);
        await using var flood = await guest.StartAsync(Command("while :; do head -c 1000000 /dev/zero; done"), Cancellation);

        var other = await RunAsync(guest, "echo alive");

        Assert.Equal("alive\n", other.Text);
    }

    [Fact]
    public async Task Pause_StopsEverything_AndResumeGoesOn()
    {
        var box = await StartAsync("box1");
        await using var guest = await ConnectAsync(box);
        await using var spinning = await guest.StartAsync(Command("while :; do :; done"), Cancellation);

        await _runtime.PauseAsync(box, Cancellation);
        var before = await _runtime.ReadStatsAsync(box, Cancellation);
        var answer = guest.PingAsync(Cancellation);
        var after = await _runtime.ReadStatsAsync(box, Cancellation);
        Assert.True(box.Cgroup.IsFrozen);
        Assert.Equal(before.CpuMs, after.CpuMs);
        Assert.False(answer.IsCompleted);

        await _runtime.ResumeAsync(box, Cancellation);
        await answer;
    }

    [Fact]
    public async Task Stop_PausedBox_Ends()
    {
        var box = await StartAsync("box1");
        await _runtime.PauseAsync(box, Cancellation);

        await _runtime.StopAsync(box, Cancellation);

        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Inherit_AfterACrash_FindsTheBoxAndItsCommands()
    {
        var box = await StartAsync("box1");
        var first = await ConnectAsync(box);
        var command = await first.StartAsync(Command("echo before; read line; echo $line") with { OpenStdin = true }, Cancellation);
        await first.DisposeAsync();
        File.Delete(Path.Combine(_state, "lock")); // as if the first server were gone
        await using (var next = OciFixture.Runtime(fixture.Options(_state), _crun, _runsc))
        {
            var found = (OciSandbox)Assert.Single(await next.ListAsync(Cancellation));
            await using var guest = await GuestConnection.OpenAsync(await next.ConnectAsync(found, Cancellation), TimeProvider.System, Cancellation);
            await guest.WriteStdinAsync(command.Pid, "after\n"u8.ToArray(), end: true, Cancellation);
            await using var attached = await guest.AttachAsync(command.Pid, Cancellation);

            Assert.Equal("before\nafter\n", (await CollectAsync(attached)).Text);
            await next.StopAsync(found, Cancellation);
        }
    }

    [Fact]
    public async Task Connect_Again_ReplacesTheEarlierConnection()
    {
        var box = await StartAsync("box1");
        await using var first = await ConnectAsync(box);

        await using var second = await ConnectAsync(box);

        await first.Completion.WaitAsync(Cancellation);
        Assert.Equal("alive\n", (await RunAsync(second, "echo alive")).Text);
    }

    [Fact]
    public async Task BoxThatDies_EndsTheLink()
    {
        var box = await StartAsync("box1");
        await using var guest = await ConnectAsync(box);

        Host.Kill(box.Init!.Pid);

        await guest.Completion.WaitAsync(Cancellation);
        var failure = await Assert.ThrowsAsync<SandboxRuntimeException>(() => _runtime.ConnectAsync(box, Cancellation));
        Assert.Equal(RuntimeError.Gone, failure.Error);
    }

    [Fact]
    public async Task Start_GuestIsMissing_TellsGvisorsWords()
    {
        var root = Directory.CreateDirectory(Path.Combine(_state, "empty")).FullName;
        foreach (var directory in (string[])["proc", "dev", "tmp", "home/sandbox"]) Directory.CreateDirectory(Path.Combine(root, directory));
        var spec = Spec("box1") with { Template = fixture.Template with { RootPath = root } };

        var failure = await Assert.ThrowsAsync<SandboxRuntimeException>(() => _runtime.StartAsync(spec, Cancellation));

        Assert.Contains("sandboxd", failure.Message);
        Directory.Delete(root, recursive: true);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Start_WithoutGvisor_IsUnsupported()
    {
        var state = Directory.CreateTempSubdirectory("gvisor-test-none-").FullName;
        await using (var runtime = OciFixture.Runtime(fixture.Options(state), _crun))
        {
            var failure = await Assert.ThrowsAsync<SandboxRuntimeException>(() => runtime.StartAsync(Spec("box1"), Cancellation));
            Assert.Equal(RuntimeError.Unsupported, failure.Error);
        }
        Directory.Delete(state, recursive: true);
    }

    [Fact]
    public async Task Start_TenAtOnce_AllAnswerAndAllEnd()
    {
        var boxes = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => StartAsync($"box{number}")));

        foreach (var box in boxes)
        {
            await using var guest = await ConnectAsync(box);
            await guest.PingAsync(Cancellation);
        }
        await Task.WhenAll(boxes.Select(box => _runtime.StopAsync(box, Cancellation)));
        AssertNothingIsLeft();
    }

    private SandboxSpec Spec(string id) => new(id, fixture.Template, Limits, RuntimeCapabilities.Gvisor);

    private async Task<OciSandbox> StartAsync(string id) => (OciSandbox)await _runtime.StartAsync(Spec(id), Cancellation);

    private async Task<GuestConnection> ConnectAsync(OciSandbox box) =>
        await GuestConnection.OpenAsync(await _runtime.ConnectAsync(box, Cancellation), TimeProvider.System, Cancellation);

    private CommandStart Command(string script) => new() { Args = ["/bin/bash", "-c", script], Env = fixture.Template.Environment };

    private async Task<Output> RunAsync(GuestConnection guest, string script)
    {
        await using var command = await guest.StartAsync(Command(script), Cancellation);
        return await CollectAsync(command);
    }

    private static async Task<Output> CollectAsync(GuestCommand command)
    {
        using var stdout = new MemoryStream();
        using var stderr = new MemoryStream();
        await foreach (var happened in command.ReadAsync(Cancellation))
        {
            if (happened is CommandEvent.Output output) (output.Stream == CommandStream.Stdout ? stdout : stderr).Write(output.Data.Span);
        }
        return new Output(Encoding.UTF8.GetString(stdout.ToArray()), Encoding.UTF8.GetString(stderr.ToArray()));
    }

    private void AssertNothingIsLeft()
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_state, "boxes")));
        Assert.Empty(OciFixture.Cgroups(fixture.Options(_state)).ListBoxIds());
        Assert.DoesNotContain(
            Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)),
            path => Host.CommandLineOf(int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)).Contains(_state, StringComparison.Ordinal));
    }

    private sealed record Output(string Text, string ErrorText);
}
