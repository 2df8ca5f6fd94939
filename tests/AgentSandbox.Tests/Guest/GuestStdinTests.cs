using System.Security.Cryptography;
using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;
using static AgentSandbox.Tests.Guest.GuestConnectionTestExtensions;

namespace AgentSandbox.Tests.Guest;

public sealed class GuestStdinTests : GuestTest
{
    [Fact]
    public async Task NoStdin_IsTheNullDevice() =>
        Assert.Equal("/dev/null\n", (await Guest.RunShellAsync("cat; readlink /proc/self/fd/0")).Text);

    [Fact]
    public async Task ManyMegabytes_ThereAndBack_ArriveExactly()
    {
        var bytes = RandomNumberGenerator.GetBytes(12 * 1024 * 1024);
        await using var command = await Guest.StartAsync(Command("cat") with { OpenStdin = true }, Cancellation);

        var collecting = command.CollectAsync();
        await command.WriteStdinAsync(bytes, Cancellation);
        await command.CloseStdinAsync(Cancellation);

        var result = await collecting;
        Assert.True(bytes.AsSpan().SequenceEqual(result.Stdout));
    }

    [Fact]
    public async Task ReaderThatLeaves_IsNoError()
    {
        await using var command = await Guest.StartAsync(
            Shell("head -c 1; exec 0<&-; until [ -e go ]; do sleep 0.01; done") with { OpenStdin = true }, Cancellation);

        await command.WriteStdinAsync(new byte[4 * 1024 * 1024], Cancellation);
        await command.CloseStdinAsync(Cancellation);
        await Guest.RunShellAsync("touch go");

        Assert.Equal((1, 0), await LengthAndCodeAsync(command));
    }

    [Fact]
    public async Task ProgramThatNeverReads_HoldsUpItsWriterOnly()
    {
        await using var command = await Guest.StartAsync(Command("sleep", "60") with { OpenStdin = true }, Cancellation);
        using var cancelled = new CancellationTokenSource();
        var writing = command.WriteStdinAsync(new byte[4 * 1024 * 1024], cancelled.Token).AsTask();

        for (var i = 0; i < 20; i++) await Guest.RunAsync(Command("true"));
        Assert.False(writing.IsCompleted);

        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
    }

    [Fact]
    public async Task ProgramThatEnds_FreesItsWriter()
    {
        await using var command = await Guest.StartAsync(Command("sleep", "60") with { OpenStdin = true }, Cancellation);
        var writing = command.WriteStdinAsync(new byte[4 * 1024 * 1024], Cancellation).AsTask();

        await command.SignalAsync(9, Cancellation);

        await writing;
        Assert.Equal(9, (await command.CollectAsync()).Exit.Signal);
    }

    [Fact]
    public async Task ByPid_FromAnotherRequest_IsRead()
    {
        await using var command = await Guest.StartAsync(Command("cat") with { OpenStdin = true }, Cancellation);

        await Guest.WriteStdinAsync(command.Pid, "one "u8.ToArray(), end: false, Cancellation);
        await command.WriteStdinAsync("two "u8.ToArray(), Cancellation);
        await Guest.PingAsync(Cancellation);
        await Guest.WriteStdinAsync(command.Pid, "three"u8.ToArray(), end: true, Cancellation);

        Assert.Equal("one two three", (await command.CollectAsync()).Text);
    }

    [Fact]
    public async Task ByPid_OnlyTheEnd_ClosesIt()
    {
        await using var command = await Guest.StartAsync(Command("cat") with { OpenStdin = true }, Cancellation);

        await Guest.WriteStdinAsync(command.Pid, ReadOnlyMemory<byte>.Empty, end: true, Cancellation);

        Assert.Equal((0, 0), await LengthAndCodeAsync(command));
    }

    [Fact]
    public async Task ByPid_ClosedOrMissing_IsRefused()
    {
        await using var without = await Guest.StartAsync(Command("sleep", "60"), Cancellation);
        await using var with = await Guest.StartAsync(Command("sleep", "60") with { OpenStdin = true }, Cancellation);
        await with.CloseStdinAsync(Cancellation);
        var done = await Guest.RunAsync(Command("true"));

        Assert.Equal(GuestErrorCode.StdinClosed, await WriteAsync(without.Pid));
        Assert.Equal(GuestErrorCode.StdinClosed, await WriteAsync(with.Pid));
        Assert.Equal(GuestErrorCode.CommandExited, await WriteAsync(done.Pid));
        Assert.Equal(GuestErrorCode.CommandNotFound, await WriteAsync(1));
    }

    [Fact]
    public async Task ByPid_ReaderThatLeaves_IsToldToTheWriter()
    {
        await using var command = await Guest.StartAsync(
            Shell("exec 0<&-; touch closed; exec sleep 60") with { OpenStdin = true }, Cancellation);
        await WaitUntilAsync("[ -e closed ]");

        Assert.Equal(GuestErrorCode.StdinClosed, await WriteAsync(command.Pid));
    }

    private Task<GuestErrorCode> WriteAsync(int pid) =>
        CodeOfAsync(Guest.WriteStdinAsync(pid, "x"u8.ToArray(), end: false, Cancellation));

    private static async Task<(int Length, int? Code)> LengthAndCodeAsync(GuestCommand command)
    {
        var result = await command.CollectAsync();
        return (result.Stdout.Length, result.Exit.ExitCode);
    }
}
