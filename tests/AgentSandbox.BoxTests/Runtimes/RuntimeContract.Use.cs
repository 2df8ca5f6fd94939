using System.IO.Pipelines;
using System.Security.Cryptography;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>What a session does with its box: commands, files, pause.</summary>
public abstract partial class RuntimeContract
{
    private const int Megabyte = 1 << 20;

    [Fact]
    public async Task Exec_ExitCodeAndSignal_AreTold()
    {
        await using var box = await StartAsync("box1");

        Assert.Equal(7, (await box.RunAsync("exit 7")).Exit.ExitCode);
        Assert.Equal(9, (await box.RunAsync("kill -KILL $$")).Exit.Signal);
    }

    [Fact]
    public async Task Exec_Signal_ReachesTheCommand()
    {
        await using var box = await StartAsync("box1");
        await using var command = await box.StartAsync("sleep", "1000");

        await command.SignalAsync(15, CancellationToken.None);

        Assert.Equal(15, (await FinishedCommand.ReadAsync(command)).Exit.Signal);
    }

    [Fact]
    public async Task Exec_Streams_AreApartAndExactToTheByte()
    {
        await using var box = await StartAsync("box1");
        var sent = RandomNumberGenerator.GetBytes(3 * Megabyte);

        await using var command = await box.StartAsync("tee /dev/stderr | cat");
        var result = FinishedCommand.ReadAsync(command);
        await command.WriteStdinAsync(sent, CancellationToken.None);
        await command.CloseStdinAsync(CancellationToken.None);

        Assert.Equal(0, (await result).Exit.ExitCode);
        Assert.Equal(sent, (await result).Stdout);
        Assert.Equal(sent, (await result).Stderr);
    }

    [Fact]
    public async Task Files_TenMegabytes_ComeBackAsTheyWere()
    {
        await using var box = await StartAsync("box1");
        var content = RandomNumberGenerator.GetBytes(10 * Megabyte);

        var written = await box.Guest.WriteAsync(
            "/home/sandbox/deep/file.bin", PipeReader.Create(new MemoryStream(content)), new FileWriteOptions(), CancellationToken.None);
        using var read = new MemoryStream();
        await using (var file = await box.Guest.OpenReadAsync("/home/sandbox/deep/file.bin", 0, null, CancellationToken.None))
        {
            await file.CopyToAsync(read, CancellationToken.None);
        }

        Assert.Equal(content.Length, written.Size);
        Assert.Equal(content, read.ToArray());
        Assert.Equal(["file.bin"], await box.Guest.ListAsync("/home/sandbox/deep", CancellationToken.None).Select(file => file.Name).ToListAsync());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), await box.OutputAsync("sha256sum < deep/file.bin | cut -d' ' -f1"));
    }

    [Fact]
    public async Task Pause_BusyBox_StandsStillUntilItIsResumed()
    {
        Assert.True(_runtime.Capabilities.Pause);
        await using var box = await StartAsync("box1");
        await using var clock = await box.StartAsync("python3", "-c", WatchTheClock);
        var events = clock.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        await events.MoveNextAsync();   // "ready"

        await _runtime.PauseAsync(box.Handle, CancellationToken.None);
        var before = await _runtime.ReadStatsAsync(box.Handle, CancellationToken.None);
        await Task.Delay(PausedFor, TimeProvider.System);
        var after = await _runtime.ReadStatsAsync(box.Handle, CancellationToken.None);
        await _runtime.ResumeAsync(box.Handle, CancellationToken.None);

        Assert.InRange(after.CpuMs - before.CpuMs, 0, PausedFor.TotalMilliseconds / 10);    // a free one would take half of it
        await clock.WriteStdinAsync("enough\n"u8.ToArray(), CancellationToken.None);
        Assert.True(await events.MoveNextAsync());
        var longest = int.Parse(((CommandEvent.Output)events.Current).Data.Span, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(longest, PausedFor.TotalMilliseconds * 0.9, double.MaxValue);   // two clocks
        await events.DisposeAsync();
    }

    [Fact]
    public async Task Pause_Stop_EndsThePausedBox()
    {
        await using var box = await StartAsync("box1");
        await _runtime.PauseAsync(box.Handle, CancellationToken.None);

        await StopAsync(box);

        await _underTest.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task ReadStats_BusyBox_IsMeasured()
    {
        await using var box = await StartAsync("box1");
        var before = await _runtime.ReadStatsAsync(box.Handle, CancellationToken.None);

        await box.RunAsync("python3 -c 'import time\nwhile time.process_time() < 0.3: pass'");

        var after = await _runtime.ReadStatsAsync(box.Handle, CancellationToken.None);
        Assert.InRange(after.CpuMs - before.CpuMs, 100, double.MaxValue);   // kernels do not count alike, least of all on a busy machine
        Assert.InRange(after.MemoryBytes, 1, OciFixture.Limits.MemoryBytes);
        Assert.InRange(after.PeakMemoryBytes, after.MemoryBytes, OciFixture.Limits.MemoryBytes);
        Assert.InRange(after.Pids, 1, KernelLimits.Of(await _underTest.FindInitAsync(box.Handle)).Pids);
        Assert.Equal(0, after.OomKills);
    }

    private static TimeSpan PausedFor => TimeSpan.FromMilliseconds(300);

    /// <summary>Never rests, and tells in the end for how many milliseconds it has stood still at most.</summary>
    private const string WatchTheClock = """
        import select, sys, time
        longest, last, enough = 0, time.monotonic(), False
        print("ready", flush=True)
        while not enough:
            enough = select.select([sys.stdin], [], [], 0)[0]
            now = time.monotonic()
            longest, last = max(longest, now - last), now
        print(int(longest * 1000), flush=True)
        """;
}
