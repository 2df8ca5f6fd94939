using System.IO.Pipelines;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;
using AgentSandbox.Server.Guests;

namespace AgentSandbox.Tests.Guests;

/// <summary>The other end of a link, in memory: it says whatever a test wants, as a guest that has been taken over could.</summary>
internal sealed class FakeGuest : IAsyncDisposable
{
    private readonly Pipe _toServer = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly Pipe _toGuest = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly Stream _reading;

    public FakeGuest()
    {
        _reading = _toGuest.Reader.AsStream();
        ServerEnd = new DuplexStream(_toServer.Reader.AsStream(), _toGuest.Writer.AsStream());
    }

    public Stream ServerEnd { get; }

    /// <summary>Greets, and takes the server's hello.</summary>
    public async Task<GuestConnection> ConnectAsync(int window = 256 * 1024)
    {
        await SendHelloAsync(window);
        var connection = await GuestConnection.OpenAsync(ServerEnd, TimeProvider.System, TestContext.Current.CancellationToken);
        await ReadAsync();
        return connection;
    }

    public Task SendHelloAsync(int window = 256 * 1024, ushort version = ProtocolLimits.Version)
    {
        var writer = new WireWriter(new byte[Hello.MaxSize]);
        new Hello(version, window, "fake").Write(ref writer);
        return SendAsync(FrameType.Hello, 0, writer.AsSpan().ToArray());
    }

    public async Task SendAsync(FrameType type, uint stream, byte[] payload, FrameFlags flags = FrameFlags.None)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(payload.Length, type, flags, stream).Write(frame);
        payload.CopyTo(frame, FrameHeader.Size);
        await SendRawAsync(frame);
    }

    public async Task SendRawAsync(byte[] bytes) => await _toServer.Writer.WriteAsync(bytes);

    public bool HasHungUp { get; private set; }

    public void HangUp()
    {
        HasHungUp = true;
        _toServer.Writer.Complete();
    }

    /// <summary>The next frame from the server.</summary>
    public async Task<(FrameHeader Header, byte[] Payload)> ReadAsync()
    {
        var bytes = new byte[FrameHeader.Size];
        await _reading.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken);
        Assert.True(FrameHeader.TryRead(bytes, out var header));
        var payload = new byte[header.Length];
        await _reading.ReadExactlyAsync(payload, TestContext.Current.CancellationToken);
        return (header, payload);
    }

    public async Task<byte[]> ReadRawAsync(int length)
    {
        var bytes = new byte[length];
        await _reading.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken);
        return bytes;
    }

    public ValueTask DisposeAsync() => ServerEnd.DisposeAsync();

    private sealed class DuplexStream(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            output.WriteAsync(buffer, cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        protected override void Dispose(bool disposing)
        {
            output.Dispose();
            input.Dispose();
            base.Dispose(disposing);
        }
    }
}
