using System.Security.Cryptography;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;
using static AgentSandbox.Tests.Guest.Frames;
using static AgentSandbox.Tests.Guest.GuestConnectionTestExtensions;

namespace AgentSandbox.Tests.Guest;

/// <summary>Whatever is sent to the guest, at most that connection ends: it takes the next one, and its commands live on.</summary>
public sealed class HostileFrameTests : IAsyncLifetime
{
    private readonly GuestProcess _process = new();
    private int _pid;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await using var guest = await _process.ConnectAsync();
        _pid = (await guest.StartAsync(Command("sleep", "600"), Cancellation)).Pid;
    }

    public async ValueTask DisposeAsync()
    {
        await using (var guest = await _process.ConnectAsync())
        {
            Assert.Null((await guest.GetCommandAsync(_pid, Cancellation)).Exit);
            Assert.Equal("still here\n", (await guest.RunShellAsync("echo still here")).Text);
        }
        await _process.DisposeAsync();
    }

    [Fact]
    public Task Garbage() => IsDroppedAsync(RandomNumberGenerator.GetBytes(10_000));

    [Fact]
    public Task NoHello() => IsDroppedAsync(Frame(FrameType.Ping, 0, new byte[8]));

    [Fact]
    public Task WrongMagic() => IsDroppedAsync(Frame(FrameType.Hello, 0, new byte[10]));

    [Fact]
    public Task SecondHello() => IsDroppedAsync([.. HelloFrame(), .. HelloFrame()]);

    [Fact]
    public Task HugeWindow() => IsDroppedAsync(HelloFrame(int.MaxValue));

    [Fact]
    public Task OversizedFrame()
    {
        var header = new byte[FrameHeader.Size];
        new FrameHeader(ProtocolLimits.MaxPayload + 1, FrameType.Request, FrameFlags.None, 1).Write(header);
        return IsDroppedAsync([.. HelloFrame(), .. header]);
    }

    [Fact]
    public Task UnknownFrameType() => IsDroppedAsync([.. HelloFrame(), .. Frame((FrameType)200, 1, [])]);

    [Fact]
    public Task RequestOnStreamZero() => IsDroppedAsync([.. HelloFrame(), .. Frame(FrameType.Request, 0, [(byte)GuestMethod.ListCommands])]);

    [Fact]
    public Task EmptyRequest() => IsDroppedAsync([.. HelloFrame(), .. Frame(FrameType.Request, 1, [])]);

    [Fact]
    public Task TruncatedRequest() => IsDroppedAsync([.. HelloFrame(), .. Frame(FrameType.Request, 1, [(byte)GuestMethod.StartCommand, 5, 200])]);

    [Fact]
    public Task StreamInUse() => IsDroppedAsync([.. HelloFrame(), .. Attach(1), .. Attach(1)]);

    [Fact]
    public Task CreditOverflow() => IsDroppedAsync([.. HelloFrame(), .. Attach(1), .. Frame(FrameType.Credit, 1, [0xFF, 0xFF, 0xFF, 0xFF])]);

    [Fact]
    public Task InterruptedRequest() =>
        IsDroppedAsync([.. HelloFrame(), .. Frame(FrameType.Request, 1, [1], FrameFlags.More), .. Frame(FrameType.Ping, 0, new byte[8])]);

    [Fact]
    public Task EndlessRequest() =>
        IsDroppedAsync([.. HelloFrame(), .. Enumerable.Repeat(Frame(FrameType.Request, 1, new byte[ProtocolLimits.MaxPayload], FrameFlags.More), 65).SelectMany(frame => frame)]);

    [Fact]
    public async Task DataWithoutCredit()
    {
        var stdin = new WireWriter(new byte[64]);
        stdin.WriteByte((byte)GuestMethod.WriteFile);
        new WriteFile("file"u8.ToArray(), CreateParents: false, Exclusive: false, Append: false, null).Write(ref stdin);
        // Never more than its window at once; the guest returns credit, but this sender does not look.
        var data = Enumerable.Repeat(Frame(FrameType.Data, 1, new byte[ProtocolLimits.MaxPayload]), 400).SelectMany(frame => frame);

        await SendAsync([.. HelloFrame(), .. Frame(FrameType.Request, 1, stdin.AsSpan().ToArray()), .. data]);
    }

    [Fact]
    public async Task UnknownMethod_IsRefusedAndTheConnectionLives()
    {
        await using var stream = await OpenAsync();
        await stream.WriteAsync(Frame(FrameType.Request, 7, [250, 1, 2, 3]), Cancellation);

        var (header, payload) = await ReadFrameAsync(stream);

        Assert.Equal((FrameType.Error, 7u, GuestErrorCode.Unsupported), (header.Type, header.Stream, GuestError.Read(payload).Code));
    }

    [Fact]
    public async Task FramesOfUnknownStreams_AreIgnored()
    {
        await using var stream = await OpenAsync();
        foreach (var type in new[] { FrameType.Data, FrameType.Credit, FrameType.Cancel })
            await stream.WriteAsync(Frame(type, 99, [1, 0, 0, 0]), Cancellation);
        await stream.WriteAsync(Frame(FrameType.Ping, 0, new byte[8]), Cancellation);

        Assert.Equal(FrameType.Pong, (await ReadFrameAsync(stream)).Header.Type);
    }

    [Fact]
    public async Task HalfAFrame_ThenGone()
    {
        await using var stream = await OpenAsync();
        await stream.WriteAsync(Frame(FrameType.Request, 1, new byte[1000]).AsMemory(0, 500), Cancellation);
    }

    [Fact]
    public async Task OneByteAtATime_IsAnswered()
    {
        await using var stream = await OpenAsync();
        foreach (var value in Frame(FrameType.Ping, 0, [1, 2, 3, 4, 5, 6, 7, 8])) await stream.WriteAsync(new[] { value }, Cancellation);

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], (await ReadFrameAsync(stream)).Payload);
    }

    [Fact]
    public async Task MutatedRequests_NeverEndTheGuest()
    {
        var random = new Random(3);
        byte[][] requests = [.. Enum.GetValues<GuestMethod>().Select(method => new byte[] { (byte)method, 1, 1, (byte)'x', 0, 0, 0, 0, 0, 0 })];
        for (var i = 0; i < 400; i++)
        {
            var bytes = new List<byte>(HelloFrame());
            for (uint stream = 1; stream < 6; stream++)
            {
                var request = requests[random.Next(requests.Length)].ToArray();
                for (var changes = random.Next(3); changes > 0; changes--) request[random.Next(1, request.Length)] = (byte)random.Next(4);
                bytes.AddRange(Frame(FrameType.Request, stream, request));
                if (random.Next(2) == 0) bytes.AddRange(Frame((FrameType)random.Next(1, 12), (uint)random.Next(7), new byte[random.Next(9)]));
            }
            await SendAsync([.. bytes]);
        }
    }

    /// <summary>Waits for the guest's hello, so that senders in a row do not overrun the socket's backlog.</summary>
    private async Task SendAsync(byte[] bytes)
    {
        await using var stream = await _process.ConnectStreamAsync();
        await ReadFrameAsync(stream);
        await TrySendAsync(stream, bytes);
    }

    private byte[] Attach(uint stream)
    {
        var writer = new WireWriter(new byte[16]);
        writer.WriteByte((byte)GuestMethod.AttachCommand);
        writer.WriteNumber((ulong)_pid);
        return Frame(FrameType.Request, stream, writer.AsSpan().ToArray());
    }

    private static async Task<(FrameHeader Header, byte[] Payload)> ReadFrameAsync(Stream stream)
    {
        var bytes = new byte[FrameHeader.Size];
        await stream.ReadExactlyAsync(bytes, Cancellation);
        Assert.True(FrameHeader.TryRead(bytes, out var header));
        var payload = new byte[header.Length];
        await stream.ReadExactlyAsync(payload, Cancellation);
        return (header, payload);
    }

    private async Task<Stream> OpenAsync()
    {
        var stream = await _process.ConnectStreamAsync();
        await stream.WriteAsync(HelloFrame(), Cancellation);
        Assert.Equal(FrameType.Hello, (await ReadFrameAsync(stream)).Header.Type);
        return stream;
    }

    private async Task IsDroppedAsync(byte[] bytes)
    {
        await using var stream = await _process.ConnectStreamAsync();
        await TrySendAsync(stream, bytes);

        // The guest's hello and answers, then its end of the stream.
        try
        {
            await stream.CopyToAsync(Stream.Null, Cancellation);
        }
        catch (IOException)
        {
            // Reset, since bytes were left unread: as good an end.
        }
    }

    private static async Task TrySendAsync(Stream stream, byte[] bytes)
    {
        try
        {
            await stream.WriteAsync(bytes, Cancellation);
        }
        catch (IOException)
        {
            // Dropped in the middle of it.
        }
    }
}
