using System.Runtime.InteropServices;
using System.Text;
using Docker.DotNet;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>
/// A container's standard streams as one duplex stream: what is written goes to its input, what is read comes from its
/// output. A little of what it says on its error stream is kept, for whoever wonders why it ended. One reader and one writer
/// at a time. A read into no buffer waits for output, as on a socket.
/// </summary>
internal sealed class AttachStream(MultiplexedStream streams) : Stream
{
    private const int PeekSize = 1_024;
    private const int MaxErrors = 2_048;

    private readonly StringBuilder _errors = new();
    private byte[]? _peeked;
    private int _start, _end;

    /// <summary>What the container said on its error stream, as it is: hostile.</summary>
    public string Errors { get { lock (_errors) return _errors.ToString(); } }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start == _end)
        {
            if (MemoryMarshal.TryGetArray<byte>(buffer, out var segment) && segment.Count > 0) return await ReadAsync(segment, cancellationToken);

            _peeked ??= new byte[PeekSize];
            (_start, _end) = (0, await ReadAsync(new ArraySegment<byte>(_peeked), cancellationToken));
        }

        var count = Math.Min(buffer.Length, _end - _start);
        _peeked.AsSpan(_start, count).CopyTo(buffer.Span);
        _start += count;
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!MemoryMarshal.TryGetArray(buffer, out var segment)) segment = new ArraySegment<byte>(buffer.ToArray());
        await streams.WriteAsync(segment.Array!, segment.Offset, segment.Count, cancellationToken);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) streams.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await streams.ReadOutputAsync(buffer.Array!, buffer.Offset, buffer.Count, cancellationToken);
            if (read.EOF || read.Target == MultiplexedStream.TargetStream.StandardOut) return read.Count;
            Keep(buffer.AsSpan(0, read.Count));
        }
    }

    private void Keep(ReadOnlySpan<byte> said)
    {
        lock (_errors)
        {
            if (_errors.Length < MaxErrors) _errors.Append(Encoding.UTF8.GetString(said[..Math.Min(said.Length, MaxErrors)]));
        }
    }
}
