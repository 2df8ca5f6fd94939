using System.Buffers;
using AgentSandbox.Protocol;

namespace AgentSandbox.Server.Guests;

/// <summary>
/// The bytes of one link inside the chunks of a stream that outlives it. Corrupt chunks are an <see cref="IOException"/>. One
/// reader and one writer at a time; a read without a buffer waits for input and holds next to no memory.
/// </summary>
internal sealed class ChunkStream : Stream
{
    private const int BufferSize = 2 * Chunk.MaxSize;

    /// <summary>An idle link waits with this much: most answers fit.</summary>
    private const int IdleSize = 256;

    private readonly Stream _raw;
    private readonly byte[] _idle = new byte[IdleSize];
    private byte[] _buffer;          // _idle, or a rented one while more than that is under way
    private int _start, _end;        // what has come from _raw and was not handed out
    private int _data;               // bytes at _start that were checked
    private int _writing, _disposed;

    /// <param name="raw">Owned.</param>
    /// <param name="received">What has been read from it already.</param>
    public ChunkStream(Stream raw, ReadOnlySpan<byte> received)
    {
        _raw = raw;
        _buffer = _idle;
        if (received.Length > IdleSize) _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        received.CopyTo(_buffer);
        _end = received.Length;
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            if (_start == _end) await FillAsync(cancellationToken);
            return 0;
        }

        while (_data == 0)
        {
            switch (Chunk.Read(_buffer.AsSpan(_start, _end - _start), out var length))
            {
                case ChunkState.Whole:
                    _start += Chunk.HeaderSize;
                    _data = length;
                    break;
                case ChunkState.Incomplete:
                    Enlarge();
                    if (!await FillAsync(cancellationToken)) return 0;
                    break;
                case ChunkState.End:
                    return 0;
                default:
                    throw new IOException("The guest's stream is corrupt.");
            }
        }
        return HandOut(buffer.Span);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Interlocked.Exchange(ref _writing, 1);
        var chunk = ArrayPool<byte>.Shared.Rent(Chunk.HeaderSize + Math.Min(buffer.Length, Chunk.MaxData));
        try
        {
            for (; !buffer.IsEmpty; buffer = buffer[Math.Min(buffer.Length, Chunk.MaxData)..])
            {
                var data = buffer.Span[..Math.Min(buffer.Length, Chunk.MaxData)];
                Chunk.WriteHeader(chunk, data);
                data.CopyTo(chunk.AsSpan(Chunk.HeaderSize));
                await _raw.WriteAsync(chunk.AsMemory(0, Chunk.HeaderSize + data.Length), cancellationToken);
            }
            // Not after a failure: then a part of a chunk may be on its way, and nothing may follow it but padding.
            Interlocked.Exchange(ref _writing, 0);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush() => _raw.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _raw.FlushAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        SayGoodbye();
        _raw.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>
    /// Nothing else tells the guest that this link is over, and a command whose output it follows would wait for the next one.
    /// If the pipe has no room the guest learns it from the next opening, which this must not come behind.
    /// </summary>
    private void SayGoodbye()
    {
        if (Interlocked.Exchange(ref _writing, 1) == 1) return;
        _ = EndAsync(_raw);

        static async Task EndAsync(Stream raw)
        {
            try
            {
                await raw.WriteAsync(Chunk.End.ToArray());
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
            {
                // The guest is gone, or the stream was disposed before there was room.
            }
        }
    }

    private int HandOut(Span<byte> target)
    {
        var count = Math.Min(_data, target.Length);
        _buffer.AsSpan(_start, count).CopyTo(target);
        _start += count;
        _data -= count;
        if (_start == _end) Shrink();
        return count;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start == _end || _start > Chunk.MaxSize) Compact();
        var count = await _raw.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += count;
        return count > 0;
    }

    private void Compact()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
    }

    private void Enlarge()
    {
        if (_buffer != _idle) return;
        _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        _idle.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
    }

    private void Shrink()
    {
        _start = _end = 0;
        if (_buffer == _idle) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = _idle;
    }
}
