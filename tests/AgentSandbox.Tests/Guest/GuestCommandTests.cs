using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;
using static AgentSandbox.Tests.Guest.GuestConnectionTestExtensions;

namespace AgentSandbox.Tests.Guest;

public sealed class GuestCommandTests : GuestTest
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(255)]
    public async Task Start_Exits_GivesItsCode(int code)
    {
        var result = await Guest.RunShellAsync($"echo out; echo err >&2; exit {code}");

        Assert.Equal(("out\n", "err\n", code, null), (result.Text, result.ErrorText, result.Exit.ExitCode, result.Exit.Signal));
        Assert.False(result.Exit.TimedOut);
        Assert.InRange(result.Exit.PeakMemoryBytes, 100_000, 1L << 30);
        Assert.True(result.Exit.CpuTime > TimeSpan.Zero && result.Exit.Duration > TimeSpan.Zero);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(15)]
    public async Task Start_KillsItself_GivesTheSignal(int signal)
    {
        var result = await Guest.RunShellAsync($"ulimit -c 0; kill -{signal} $$");

        Assert.Equal((null, signal), (result.Exit.ExitCode, result.Exit.Signal));
    }

    [Fact]
    public async Task Start_BusyProgram_IsChargedItsProcessorTime()
    {
        var result = await Guest.RunShellAsync("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done");

        Assert.InRange(result.Exit.CpuTime, TimeSpan.FromMilliseconds(20), result.Exit.Duration + TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task Start_Environment_IsExactlyTheOneGiven()
    {
        var result = await Guest.RunAsync(new CommandStart
        {
            Args = ["/usr/bin/env"],
            Env = new Dictionary<string, string>(StringComparer.Ordinal) { ["A"] = "1=2", ["Б"] = "", ["C"] = "x\ny" },
        });

        Assert.Equal("A=1=2\nБ=\nC=x\ny\n", result.Text);
    }

    [Fact]
    public async Task Start_NewProcess_HasItsOwnSessionCleanSignalsAndThreeDescriptors()
    {
        var result = await Guest.RunShellAsync(
            "ls /proc/self/fd | wc -l; cut -d' ' -f5,6 /proc/$$/stat; echo $$; grep -E 'Sig(Blk|Ign)' /proc/self/status; umask; pwd");

        var lines = result.Text.Split('\n');
        // 0, 1, 2 and the directory that ls itself opens.
        Assert.Equal("4", lines[0]);
        Assert.Equal($"{lines[2]} {lines[2]}", lines[1]);
        Assert.All(lines[3..5], line => Assert.EndsWith("\t0000000000000000", line, StringComparison.Ordinal));
        Assert.Equal("0022", lines[5]);
        Assert.Equal(Process.Home, lines[6]);
    }

    [Fact]
    public async Task Start_NewProcess_IsPreferredByTheOomKiller()
    {
        var own = await File.ReadAllTextAsync($"/proc/{Process.Pid}/oom_score_adj", Cancellation);

        var result = await Guest.RunShellAsync("cat /proc/self/oom_score_adj");

        Assert.Equal("500\n", result.Text);
        Assert.Equal(own, await File.ReadAllTextAsync($"/proc/{Process.Pid}/oom_score_adj", Cancellation));
    }

    [Fact]
    public async Task Start_ManyMegabytesOfRandomBytes_ArriveExactly()
    {
        var bytes = RandomNumberGenerator.GetBytes(24 * 1024 * 1024);
        await File.WriteAllBytesAsync(Home("random"), bytes, Cancellation);

        var result = await Guest.RunShellAsync("cat random & cat random >&2; wait");

        Assert.True(bytes.AsSpan().SequenceEqual(result.Stdout));
        Assert.True(bytes.AsSpan().SequenceEqual(result.Stderr));
        Assert.False(result.Gap);
    }

    [Fact]
    public async Task Start_SingleByteWrites_ArriveInOrder()
    {
        var result = await Guest.RunShellAsync("for i in $(seq 3000); do printf $((i%10)); done");

        Assert.Equal(string.Concat(Enumerable.Range(1, 3000).Select(i => (char)('0' + (i % 10)))), result.Text);
    }

    [Fact]
    public async Task Start_ManyAtOnce_AllAnswer()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Guest.RunShellAsync($"echo {i}")));

        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"{i}\n"), results.Select(result => result.Text));
    }

    [Fact]
    public async Task Start_MoreThanTheLimit_IsRefusedWithItsCode()
    {
        for (var i = 0; i < 256; i++) await (await Guest.StartAsync(Command("sleep", "60"), Cancellation)).DisposeAsync();

        Assert.Equal(GuestErrorCode.TooManyCommands, await CodeOfAsync(Guest.StartAsync(Command("true"), Cancellation)));
    }

    [Fact]
    public async Task Start_FloodThatNobodyReads_StopsOnlyItself()
    {
        await using var flood = await Guest.StartAsync(Command("yes"), Cancellation);

        for (var i = 0; i < 20; i++)
        {
            await Guest.PingAsync(Cancellation);
            Assert.Equal("hello\n", (await Guest.RunShellAsync("echo hello")).Text);
        }
        // Blocked in the pipe: otherwise it would have used a processor all the time.
        await WaitForStateAsync(flood.Pid, 'S');

        await flood.SignalAsync(9, Cancellation);
        Assert.Equal(9, (await flood.CollectAsync()).Exit.Signal);
    }

    [Fact]
    public async Task Start_ReaderPauses_NothingIsLost()
    {
        const int size = 3_000_000;
        await using var command = await Guest.StartAsync(Shell($"exec head -c {size} /dev/zero"), Cancellation);
        await WaitForStateAsync(command.Pid, 'S');

        var result = await command.CollectAsync();

        Assert.Equal(size, result.Stdout.Length);
        Assert.False(result.Gap);
    }

    [Fact]
    public async Task Start_NobodyAttached_DoesNotBlock()
    {
        await (await Guest.StartAsync(Shell("head -c 3000000 /dev/zero; touch done"), Cancellation)).DisposeAsync();

        await WaitUntilAsync("[ -e done ]");
    }

    [Fact]
    public async Task Start_BackgroundChildHoldsTheOutput_EndsSoonAndTheChildLives()
    {
        var watch = Stopwatch.StartNew();

        var result = await Guest.RunShellAsync("sleep 60 & echo $!");

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        var child = int.Parse(result.Text, CultureInfo.InvariantCulture);
        Assert.True(Directory.Exists($"/proc/{child}"));
    }

    [Fact]
    public async Task Start_BackgroundChildWritesAfterTheEnd_DoesNotDieOfIt()
    {
        var result = await Guest.RunShellAsync(
            "(until [ -e go ]; do sleep 0.02; done; head -c 1000000 /dev/zero && touch done) & echo started");
        await Guest.RunShellAsync("touch go");

        await WaitUntilAsync("[ -e done ]");
        Assert.Equal("started\n", result.Text);
    }

    [Fact]
    public async Task Start_OutputJustBeforeTheExit_IsNeverLost()
    {
        for (var i = 0; i < 100; i++)
        {
            var result = await Guest.RunShellAsync("sleep 5 & head -c 60000 /dev/zero; exec true");
            Assert.Equal(60000, result.Stdout.Length);
        }
    }

    [Fact]
    public async Task Start_Cancelled_KillsTheCommand()
    {
        using var cancelled = new CancellationTokenSource();
        var starting = Guest.StartAsync(Command("sleep", "60"), cancelled.Token);
        await cancelled.CancelAsync();
        try
        {
            // The answer may have been faster; then the command is the caller's.
            await using var command = await starting;
            await command.SignalAsync(9, Cancellation);
        }
        catch (OperationCanceledException)
        {
        }

        foreach (var command in await Guest.ListCommandsAsync(Cancellation)) await WaitForExitAsync(command.Pid);
        Assert.Single(Process.Family());
    }

    [Fact]
    public async Task Signal_ReachesTheWholeGroup()
    {
        await using var command = await Guest.StartAsync(Shell("sleep 60 | sleep 60"), Cancellation);

        await Guest.SignalAsync(command.Pid, 15, Cancellation);

        Assert.Equal(15, (await command.CollectAsync()).Exit.Signal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    [InlineData(-1)]
    public async Task Signal_NoSuchNumber_IsRefused(int signal)
    {
        await using var command = await Guest.StartAsync(Command("sleep", "60"), Cancellation);

        Assert.Equal(GuestErrorCode.InvalidSignal, await CodeOfAsync(command.SignalAsync(signal, Cancellation)));
    }

    [Fact]
    public async Task Signal_ExitedOrForeignProcess_IsRefused()
    {
        var done = await Guest.RunAsync(Command("true"));

        Assert.Equal(GuestErrorCode.CommandExited, await CodeOfAsync(Guest.SignalAsync(done.Pid, 9, Cancellation)));
        Assert.Equal(GuestErrorCode.CommandNotFound, await CodeOfAsync(Guest.SignalAsync(Process.Pid, 9, Cancellation)));
        Assert.Equal(GuestErrorCode.CommandNotFound, await CodeOfAsync(Guest.SignalAsync(1, 9, Cancellation)));
        Assert.Equal(GuestErrorCode.CommandNotFound, await CodeOfAsync(Guest.SignalAsync(-1, 9, Cancellation)));
    }

    [Fact]
    public async Task GetCommand_RunningAndFinished_TellsBoth()
    {
        await using var command = await Guest.StartAsync(Command("sleep", "60") with { Cwd = "/tmp" }, Cancellation);
        var running = await Guest.GetCommandAsync(command.Pid, Cancellation);
        await command.SignalAsync(9, Cancellation);
        await command.CollectAsync();
        var finished = await Guest.GetCommandAsync(command.Pid, Cancellation);

        Assert.Equal(["sleep", "60"], running.Args);
        Assert.Equal(("/tmp", null, false), (running.Cwd, running.Exit, running.ArgsTruncated));
        Assert.Equal(9, finished.Exit?.Signal);
        Assert.Equal(GuestErrorCode.CommandNotFound, await CodeOfAsync(Guest.GetCommandAsync(1, Cancellation)));
    }

    [Fact]
    public async Task GetCommand_LongArguments_AreCutOff()
    {
        var done = await Guest.RunAsync(Command("true", new string('x', 3000), new string('y', 3000)));

        var status = await Guest.GetCommandAsync(done.Pid, Cancellation);

        Assert.Equal((2, true), (status.Args.Count, status.ArgsTruncated));
    }

    [Fact]
    public async Task ListCommands_ManyFinished_IsBounded()
    {
        for (var i = 0; i < 200; i++) await Guest.RunAsync(Command("true"));

        Assert.Equal(64, (await Guest.ListCommandsAsync(Cancellation)).Count);
    }

    [Fact]
    public async Task Start_ManyCommands_LeavesNoZombieAndNoDescriptor()
    {
        await Guest.RunShellAsync("true");
        var before = Directory.GetFiles($"/proc/{Process.Pid}/fd").Length;

        for (var i = 0; i < 1000; i++) await Guest.RunAsync(Command("true") with { OpenStdin = i % 2 == 0 });

        Assert.Equal(before, Directory.GetFiles($"/proc/{Process.Pid}/fd").Length);
        Assert.Single(Process.Family());
    }

    [Fact]
    public async Task Orphans_AreReaped()
    {
        var result = await Guest.RunShellAsync("for i in $(seq 20); do (sleep 0.1 & echo $!); done");

        foreach (var pid in result.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            await WaitUntilReapedAsync(int.Parse(pid, CultureInfo.InvariantCulture));
    }
}
