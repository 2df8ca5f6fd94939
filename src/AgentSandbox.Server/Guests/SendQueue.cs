using System.Buffers;
using AgentSandbox.Protocol;

namespace AgentSandbox.Server.Guests;

/// <summary>
/// Frames on their way out. Whoever adds the first one also writes it, so a lone frame costs no switch of threads; what
/// others add meanwhile is written together, from the thread pool. Thread-safe.
/// </summary>
internal sealed class SendQueue(Stream stream, Action<Exception> onFailed)
{
    /// <summary>Content waits above this.</summary>
    private const int HighWater = 256 * 1024;

    /// <summary>A guest that does not read while this much waits has hung: far more than well-behaved callers can add.</summary>
    private const int Limit = 16 * 1024 * 1024;

    private readonly Lock _gate = new();
    private byte[] _pending = [];           // guarded by _gate
    private int _length;                    // guarded by _gate
    private bool _writing, _closed;         // guarded by _gate
    private TaskCompletionSource? _room;    // guarded by _gate

    /// <summary>Adds a frame. Never waits.</summary>
    public void Send(FrameType type, FrameFlags flags, uint streamId, ReadOnlySpan<byte> payload)
    {
        bool write;
        lock (_gate)
        {
            if (!AppendLocked(new FrameHeader(payload.Length, type, flags, streamId), payload)) return;
            write = StartWritingLocked();
        }
        if (write) _ = WriteAsync();
    }

    /// <summary>Adds a request, which may take several frames; nothing comes between them.</summary>
    public void SendRequest(uint streamId, ReadOnlySpan<byte> request)
    {
        bool write;
        lock (_gate)
        {
            while (request.Length > ProtocolLimits.MaxPayload)
            {
                var part = request[..ProtocolLimits.MaxPayload];
                if (!AppendLocked(new FrameHeader(part.Length, FrameType.Request, FrameFlags.More, streamId), part)) return;
                request = request[part.Length..];
            }
            if (!AppendLocked(new FrameHeader(request.Length, FrameType.Request, FrameFlags.None, streamId), request)) return;
            write = StartWritingLocked();
        }
        if (write) _ = WriteAsync();
    }

    /// <summary>Waits until the queue is short.</summary>
    public Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_length < HighWater || _closed) return Task.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellationToken);
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _length = 0;
            _room?.TrySetResult();
            _room = null;
        }
    }

    private bool AppendLocked(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (_closed) return false;
        if (_length + header.Cost > Limit)
        {
            _closed = true;
            ThreadPool.UnsafeQueueUserWorkItem(_ => onFailed(new ProtocolException("The guest does not read.")), null);
            return false;
        }

        if (_length + header.Cost > _pending.Length) GrowLocked(_length + header.Cost);
        header.Write(_pending.AsSpan(_length));
        payload.CopyTo(_pending.AsSpan(_length + FrameHeader.Size));
        _length += header.Cost;
        return true;
    }

    private void GrowLocked(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 2 * _pending.Length));
        _pending.AsSpan(0, _length).CopyTo(larger);
        if (_pending.Length > 0) ArrayPool<byte>.Shared.Return(_pending);
        _pending = larger;
    }

    private bool StartWritingLocked()
    {
        if (_writing) return false;
        _writing = true;
        return true;
    }

    private async Task WriteAsync()
    {
        try
        {
            for (var own = true; Take() is var (bytes, length); own = false)
            {
                // The caller has written its own; it shall not be kept to write the upload of somebody else.
                if (!own) await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                await stream.WriteAsync(bytes.AsMemory(0, length));
                ArrayPool<byte>.Shared.Return(bytes);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            Close();
            onFailed(exception);
        }
    }

    private (byte[] Bytes, int Length)? Take()
    {
        lock (_gate)
        {
            _room?.TrySetResult();
            _room = null;
            if (_length == 0)
            {
                _writing = false;
                return null;
            }
            var taken = (_pending, _length);
            (_pending, _length) = ([], 0);
            return taken;
        }
    }
}
