using System.IO.Pipelines;
using System.IO.Pipes;
using System.Security.Cryptography;
using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;
using static AgentSandbox.Tests.Guest.Frames;
using static AgentSandbox.Tests.Guest.GuestConnectionTestExtensions;

namespace AgentSandbox.Tests.Guest;

/// <summary>A link over two pipes that outlive it: whatever an earlier link has left in them, the next one is a fresh one.</summary>
public sealed class StdioGuestTests : IAsyncLifetime
{
    private static readonly FileWriteOptions NewFile = new(), Appending = new(Append: true);

    private readonly StdioGuest _process = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Whatever a test did, the next server comes in.</summary>
    public async ValueTask DisposeAsync()
    {
        await using (var guest = await _process.ConnectAsync()) await AnswersAsync(guest);
        await _process.DisposeAsync();
    }

    [Fact]
    public async Task Connect_First_RunsCommands()
    {
        await using var guest = await _process.ConnectAsync(isFirst: true);

        await AnswersAsync(guest);
    }

    [Fact]
    public async Task Files_BothWays_AreExact()
    {
        await using var guest = await _process.ConnectAsync();
        var content = RandomNumberGenerator.GetBytes(10_000_000);

        await guest.WriteAsync("file", PipeReader.Create(new(content)), NewFile, Cancellation);

        Assert.Equal(content, await ReadFileAsync(guest, "file"));
    }

    [Fact]
    public async Task Commands_DoNotInheritTheLink()
    {
        await using var guest = await _process.ConnectAsync();

        var result = await guest.RunShellAsync("readlink /proc/self/fd/0; for fd in /proc/self/fd/*; do readlink $fd; done | grep -c to-guest\\|from-guest");

        Assert.Equal("/dev/null\n0\n", result.Text);
    }

    [Fact]
    public async Task Reconnect_FindsTheCommandsThere()
    {
        int pid;
        await using (var first = await _process.ConnectAsync())
            pid = (await first.StartAsync(Shell("read line; echo got $line") with { OpenStdin = true }, Cancellation)).Pid;

        await using var second = await _process.ConnectAsync();
        await second.WriteStdinAsync(pid, "text\n"u8.ToArray(), end: true, Cancellation);
        await using var command = await second.AttachAsync(pid, Cancellation);

        Assert.Equal("got text\n", (await command.CollectAsync()).Text);
    }

    /// <summary>In a header, behind it, in the data, before its last byte, between two chunks, and far on.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(Chunk.HeaderSize)]
    [InlineData(30_000)]
    [InlineData(Chunk.MaxSize - 1)]
    [InlineData(Chunk.MaxSize)]
    [InlineData(500_001)]
    public async Task Reconnect_AfterACutWrite_TakesNothingOfIt(int offset)
    {
        var cut = new CutStream(_process.OpenRaw());
        await using (var first = await StdioGuest.ConnectAsync(cut))
        {
            await first.PingAsync(Cancellation);
            cut.MayWrite = offset;
            await Assert.ThrowsAsync<GuestException>(() =>
                first.WriteAsync("file", PipeReader.Create(new(RandomNumberGenerator.GetBytes(1_000_000))), NewFile, Cancellation));
        }

        await using var second = await _process.ConnectAsync();

        Assert.Equal("", (await second.RunShellAsync("ls -A")).Text);
    }

    /// <summary>Zeros complete the chunk that was cut, and must not become content.</summary>
    [Theory]
    [InlineData(100_003)]
    [InlineData(200_000)]
    [InlineData(333_333)]
    public async Task Reconnect_AfterACutAppend_HasWrittenAPrefix(int offset)
    {
        var content = RandomNumberGenerator.GetBytes(1_000_000);
        await File.WriteAllBytesAsync(Path.Combine(_process.Home, "file"), [], Cancellation);
        var cut = new CutStream(_process.OpenRaw());
        await using (var first = await StdioGuest.ConnectAsync(cut))
        {
            await first.PingAsync(Cancellation);
            cut.MayWrite = offset;
            await Assert.ThrowsAsync<GuestException>(() => first.WriteAsync("file", PipeReader.Create(new(content)), Appending, Cancellation));
        }

        await using var second = await _process.ConnectAsync();
        var written = await ReadFileAsync(second, "file");

        Assert.InRange(written.Length, 1, offset);
        Assert.True(content.AsSpan(0, written.Length).SequenceEqual(written));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5_000)]
    [InlineData(300_000)]
    public async Task Reconnect_AfterACutRead_StartsAfresh(int offset)
    {
        var content = RandomNumberGenerator.GetBytes(3_000_000);
        await File.WriteAllBytesAsync(Path.Combine(_process.Home, "file"), content, Cancellation);
        var cut = new CutStream(_process.OpenRaw());
        await using (var first = await StdioGuest.ConnectAsync(cut))
        {
            await first.PingAsync(Cancellation);
            cut.MayRead = offset;
            await Assert.ThrowsAsync<GuestException>(() => ReadFileAsync(first, "file"));
        }

        await using var second = await _process.ConnectAsync();

        Assert.Equal(content, await ReadFileAsync(second, "file"));
    }

    /// <summary>Stuck in sending, with its input full too: it must still hear the one who calls anew.</summary>
    [Fact]
    public async Task Reconnect_WhenNobodyHasReadForLong_ComesThrough()
    {
        await File.WriteAllBytesAsync(Path.Combine(_process.Home, "file"), new byte[1_000_000], Cancellation);
        using (var deaf = await _process.OpenLinkAsync())
        {
            await deaf.WriteAsync(HelloFrame(), Cancellation);
            var requests = Enumerable.Range(1, 200_000).SelectMany(id => Frame(FrameType.Request, (uint)id, [(byte)GuestMethod.GetCommand, 1])).ToArray();
            using var full = new CancellationTokenSource();
            var writing = deaf.WriteAsync(requests, full.Token).AsTask();
            await BlocksAsync(_process.Pid);
            await full.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        }

        await using var guest = await _process.ConnectAsync();
        await AnswersAsync(guest);
    }

    [Fact]
    public async Task Output_ThatLooksLikeAnAnswer_IsNone()
    {
        await using var first = await _process.ConnectAsync();
        byte[] forged = [.. LinkOpening.Answer, .. new byte[LinkOpening.NonceSize], .. LinkOpening.Ask, .. new byte[LinkOpening.NonceSize]];
        await File.WriteAllBytesAsync(Path.Combine(_process.Home, "forged"), forged, Cancellation);
        var command = await first.StartAsync(Shell("while cat forged; do :; done"), Cancellation);

        await using var second = await _process.ConnectAsync();

        await AnswersAsync(second);
        await second.SignalAsync(command.Pid, 9, Cancellation);
    }

    [Fact]
    public async Task Content_ThatLooksLikeAnOpening_IsContent()
    {
        byte[] content = [.. Enumerable.Repeat(LinkOpening.Ask.ToArray().Concat(new byte[LinkOpening.NonceSize]), 10_000).SelectMany(bytes => bytes)];
        await using var guest = await _process.ConnectAsync();

        await guest.WriteAsync("file", PipeReader.Create(new(content)), NewFile, Cancellation);

        Assert.Equal(content, await ReadFileAsync(guest, "file"));
    }

    [Fact]
    public async Task TwoWriters_RuinTheLinkAndNotTheGuest()
    {
        await using var first = await _process.ConnectAsync();
        await using var intruder = _process.OpenRaw();
        await intruder.WriteAsync(RandomNumberGenerator.GetBytes(50_000), Cancellation);

        await first.Completion.WaitAsync(Cancellation);

        await using var second = await _process.ConnectAsync();
        await AnswersAsync(second);
    }

    [Fact]
    public Task WrongSum() => EndsTheLinkAsync([4, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);

    [Fact]
    public Task AbsurdLength() => EndsTheLinkAsync([0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]);

    [Fact]
    public Task NoLength() => EndsTheLinkAsync([0, 0, 0, 0, 1, 2, 3, 4]);

    [Fact]
    public Task BrokenFrame() => EndsTheLinkAsync(ChunkOf(Frame(FrameType.Ping, 0, [])));

    [Fact]
    public async Task Garbage_BeforeTheOpening_IsPassedOver()
    {
        await using (var raw = _process.OpenRaw())
        {
            await raw.WriteAsync(RandomNumberGenerator.GetBytes(300_000), Cancellation);
            await raw.WriteAsync(LinkOpening.Ask[..15].ToArray(), Cancellation);
        }

        await using var guest = await _process.ConnectAsync(isFirst: true);
        await AnswersAsync(guest);
    }

    [Fact]
    public async Task Goodbye_LetsCommandsRunOn()
    {
        await using (var first = await _process.ConnectAsync())
            await first.StartAsync(Shell("head -c 3000000 /dev/zero; touch done"), Cancellation);

        // Nobody reads its output, and nobody is connected.
        await UntilAsync(() => File.Exists(Path.Combine(_process.Home, "done")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EndOfInput_EndsTheGuest(bool connected)
    {
        using var input = new AnonymousPipeServerStream(PipeDirection.Out);
        using var output = new AnonymousPipeServerStream(PipeDirection.In);
        var pid = ChildProcess.Spawn(
            [GuestBinary.Path, "stdio"], _process.Home,
            (input.ClientSafePipeHandle.DangerousGetHandle(), 0), (output.ClientSafePipeHandle.DangerousGetHandle(), 1));
        input.DisposeLocalCopyOfClientHandle();
        output.DisposeLocalCopyOfClientHandle();
        if (connected)
        {
            await input.WriteAsync((byte[])[.. LinkOpening.Ask, .. new byte[LinkOpening.NonceSize]], Cancellation);
            await output.ReadExactlyAsync(new byte[LinkOpening.Size], Cancellation);
        }

        input.Dispose();

        Assert.Equal(0, ChildProcess.Reap(pid));
    }

    [Fact]
    public void Start_WithoutPipes_IsRefused()
    {
        using var file = File.OpenHandle(Path.Combine(_process.Home, "file"), FileMode.Create, FileAccess.ReadWrite);
        var pid = ChildProcess.Spawn([GuestBinary.Path, "stdio"], _process.Home, (file.DangerousGetHandle(), 0));

        Assert.Equal(1 << 8, ChildProcess.Reap(pid));
    }

    private static async Task AnswersAsync(GuestConnection guest) =>
        Assert.Equal("still here\n", (await guest.RunShellAsync("echo still here")).Text);

    private static async Task<byte[]> ReadFileAsync(GuestConnection guest, string path)
    {
        await using var file = await guest.OpenReadAsync(path, 0, null, Cancellation);
        using var content = new MemoryStream();
        await file.CopyToAsync(content, Cancellation);
        return content.ToArray();
    }

    /// <summary>Waits until the guest has slept in the kernel for a while: all that it could do is done.</summary>
    private static Task BlocksAsync(int pid)
    {
        var before = "";
        return UntilAsync(() =>
        {
            var last = before;
            before = File.ReadAllText($"/proc/{pid}/status");
            return before == last && before.Contains("State:\tS", StringComparison.Ordinal);
        });
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
    }

    private async Task EndsTheLinkAsync(byte[] bytes)
    {
        await using var guest = await _process.ConnectAsync();
        await using var raw = _process.OpenRaw();

        await raw.WriteAsync(bytes, Cancellation);

        await guest.Completion.WaitAsync(Cancellation);
    }
}
