namespace AgentSandbox.Tests.Guest;

/// <summary>
/// A stream whose owner dies in the middle: once so many bytes have gone through, nothing does any more, no goodbye either.
/// </summary>
internal sealed class CutStream(Stream raw) : Stream
{
    /// <summary>Bytes that may still be written.</summary>
    public long MayWrite { get; set; } = long.MaxValue;

    /// <summary>Bytes that may still be read.</summary>
    public long MayRead { get; set; } = long.MaxValue;

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
        if (MayRead <= 0)
        {
            MayWrite = 0;
            throw new IOException("cut");
        }
        var count = await raw.ReadAsync(buffer[..(int)Math.Min(buffer.Length, MayRead)], cancellationToken);
        MayRead -= count;
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = (int)Math.Min(buffer.Length, MayWrite);
        await raw.WriteAsync(buffer[..count], cancellationToken);
        MayWrite -= count;
        if (count < buffer.Length) throw new IOException("cut");
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        raw.Dispose();
        base.Dispose(disposing);
    }
}
