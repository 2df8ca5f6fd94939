using System.Security.Cryptography;
using AgentSandbox.Protocol;
using static AgentSandbox.Tests.Guest.GuestConnectionTestExtensions;

namespace AgentSandbox.Tests.Guest;

public sealed class GuestAttachTests : GuestTest
{
    [Fact]
    public async Task Dispose_CommandGoesOn()
    {
        var command = await Guest.StartAsync(Shell("read line; echo got $line") with { OpenStdin = true }, Cancellation);
        await command.DisposeAsync();

        await Guest.WriteStdinAsync(command.Pid, "text\n"u8.ToArray(), end: false, Cancellation);
        await using var attached = await Guest.AttachAsync(command.Pid, Cancellation);

        Assert.Equal("got text\n", (await attached.CollectAsync()).Text);
    }

    [Fact]
    public async Task Attach_ToFinishedCommand_ReplaysItAll()
    {
        var first = await Guest.RunShellAsync("echo out; echo err >&2; exit 5");

        await using var attached = await Guest.AttachAsync(first.Pid, Cancellation);
        var again = await attached.CollectAsync();

        Assert.Equal((first.Text, first.ErrorText, first.Exit), (again.Text, again.ErrorText, again.Exit));
        Assert.False(again.Gap);
    }

    [Fact]
    public async Task Attach_UnknownPid_IsRefused() =>
        Assert.Equal(GuestErrorCode.CommandNotFound, await CodeOfAsync(Guest.AttachAsync(1, Cancellation)));

    [Fact]
    public async Task Attach_AfterMoreThanTheRing_GivesTheEndAndSaysSo()
    {
        var bytes = RandomNumberGenerator.GetBytes(1_000_000);
        await File.WriteAllBytesAsync(Home("random"), bytes, Cancellation);
        var command = await Guest.StartAsync(Shell("read; cat random") with { OpenStdin = true }, Cancellation);
        await command.DisposeAsync();
        await Guest.WriteStdinAsync(command.Pid, "\n"u8.ToArray(), end: true, Cancellation);
        await WaitForExitAsync(command.Pid);

        await using var attached = await Guest.AttachAsync(command.Pid, Cancellation);
        var result = await attached.CollectAsync();

        Assert.True(result.Gap);
        Assert.InRange(result.Stdout.Length, 200_000, 256 * 1024);
        Assert.True(bytes.AsSpan(bytes.Length - result.Stdout.Length).SequenceEqual(result.Stdout));
    }

    [Fact]
    public async Task Attach_SlowSecondReader_DoesNotHoldUpTheFirst()
    {
        const int size = 5_000_000;
        await using var first = await Guest.StartAsync(
            Shell($"read; head -c {size} /dev/zero") with { OpenStdin = true }, Cancellation);
        await using var second = await Guest.AttachAsync(first.Pid, Cancellation);
        await first.WriteStdinAsync("\n"u8.ToArray(), Cancellation);

        var result = await first.CollectAsync();
        var late = await second.CollectAsync();

        Assert.Equal((size, false), (result.Stdout.Length, result.Gap));
        Assert.True(late.Gap);
        Assert.Equal(result.Exit, late.Exit);
    }

    [Fact]
    public async Task Attach_WhileItRuns_SeesPastAndFuture()
    {
        await using var command = await Guest.StartAsync(
            Shell("echo past; touch said; read; echo future") with { OpenStdin = true }, Cancellation);
        await WaitUntilAsync("[ -e said ]");

        await using var attached = await Guest.AttachAsync(command.Pid, Cancellation);
        await attached.WriteStdinAsync("\n"u8.ToArray(), Cancellation);

        Assert.Equal("past\nfuture\n", (await attached.CollectAsync()).Text);
        Assert.Equal("past\nfuture\n", (await command.CollectAsync()).Text);
    }

    [Fact]
    public async Task Connection_Lost_CommandGoesOnAndIsFoundAgain()
    {
        var command = await Guest.StartAsync(
            Shell("echo before; read line; echo after $line") with { OpenStdin = true }, Cancellation);
        await ReconnectAsync();

        var status = Assert.Single(await Guest.ListCommandsAsync(Cancellation));
        await using var attached = await Guest.AttachAsync(status.Pid, Cancellation);
        await attached.WriteStdinAsync("x\n"u8.ToArray(), Cancellation);

        Assert.Equal((command.Pid, null), (status.Pid, status.Exit));
        Assert.Equal("before\nafter x\n", (await attached.CollectAsync()).Text);
    }

    [Fact]
    public async Task Connection_LostWhileOutputFloods_CommandIsDrained()
    {
        await Guest.StartAsync(Shell("head -c 20000000 /dev/zero; touch done"), Cancellation);
        await ReconnectAsync();

        await WaitUntilAsync("[ -e done ]");
    }

    [Fact]
    public async Task Connection_Newer_ReplacesTheOlder()
    {
        var older = Guest;
        await using var newer = await Process.ConnectAsync();

        await older.Completion.WaitAsync(Cancellation);

        Assert.Equal(GuestErrorCode.ConnectionLost, await CodeOfAsync(older.PingAsync(Cancellation)));
        Assert.Equal(GuestErrorCode.ConnectionLost, await CodeOfAsync(older.StartAsync(Command("true"), Cancellation)));
        await newer.PingAsync(Cancellation);
    }
}
