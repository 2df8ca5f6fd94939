using AgentSandbox.Protocol;

namespace AgentSandbox.Tests.Fuzzing;

/// <summary>
/// A duplex stream whose reader gets what is fed, in portions, on the thread that feeds it; what is written is dropped but
/// for its beginning. A read waits until something is fed.
/// </summary>
internal sealed class MemoryGuest(Portions? portions = null) : Stream
{
    private readonly MemoryStream _fed = new();
    private TaskCompletionSource? _waiting;
    private bool _ended;

    /// <summary>Of what was written, as much as an opening has.</summary>
    public byte[] Said { get; private set; } = [];

    public long Written { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        var position = _fed.Position;
        _fed.Position = _fed.Length;
        _fed.Write(bytes);
        _fed.Position = position;
        Wake();
    }

    public void End()
    {
        _ended = true;
        Wake();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_fed.Position == _fed.Length && !_ended)
        {
            _waiting = new TaskCompletionSource();
            await using var cancelled = cancellationToken.Register(Wake);
            await _waiting.Task;
            cancellationToken.ThrowIfCancellationRequested();
        }
        return buffer.IsEmpty ? 0 : _fed.Read(buffer.Span[..Math.Min(buffer.Length, portions?.Next() ?? buffer.Length)]);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Written += buffer.Length;
        if (Said.Length < LinkOpening.Size) Said = [.. Said, .. buffer.Span];
        return ValueTask.CompletedTask;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    /// <summary>The base would go to another thread for it.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override void Dispose(bool disposing)
    {
        End();
        base.Dispose(disposing);
    }

    private void Wake()
    {
        var waiting = _waiting;
        _waiting = null;
        waiting?.TrySetResult();
    }
}
