using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Server.Guests;

/// <summary>
/// One request to the guest, from its frame to its end. The read loop of the link feeds it; its owner reads it, one reader
/// and one writer at a time. The guest is not trusted: it cannot send more than it has credit for, nor anything twice.
/// </summary>
internal sealed class GuestStream(GuestLink link, uint id) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly AsyncSignal _arrived = new();
    private readonly AsyncSignal _credited = new();
    private ReceiveBuffer _filling = new();             // guarded by _gate
    private ReceiveBuffer _reading = new();             // the reader's
    private int _receiveCredit = GuestLink.Window;      // guarded by _gate
    private long _sendCredit = link.PeerWindow;         // guarded by _gate
    private byte[]? _reply, _result;                    // guarded by _gate
    private GuestException? _error;                     // guarded by _gate
    private bool _closed;                               // guarded by _gate: the owner has left

    public uint Id => id;

    /// <summary>Cancelled when the link is gone, and this stream with it.</summary>
    public CancellationToken Lost => link.Lost;

    public bool HasEnded
    {
        get
        {
            lock (_gate) return _error is not null || _result is not null;
        }
    }

    /// <summary>Waits for the first answer of a request whose content follows.</summary>
    public async ValueTask<byte[]> ReadReplyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_reply is not null) return _reply;
                if (_error is not null) throw _error;
                if (_result is not null) throw new GuestException(GuestErrorCode.Unknown);
            }
            await _arrived.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits for the end, and returns the result.</summary>
    public async ValueTask<byte[]> ReadResultAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_error is not null) throw _error;
                if (_result is not null) return _result;
            }
            await _arrived.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Waits for content, and returns what has arrived; null at the end of the stream. The previous content is no longer
    /// valid then: only now the guest may send as much again.
    /// </summary>
    public async ValueTask<ReceiveBuffer?> ReadAsync(CancellationToken cancellationToken)
    {
        ReturnCredit();
        while (true)
        {
            lock (_gate)
            {
                if (!_filling.IsEmpty)
                {
                    (_filling, _reading) = (_reading, _filling);
                    return _reading;
                }
                if (_error is not null) throw _error;
                if (_result is not null) return null;
            }
            _reading.Dispose();
            await _arrived.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Sends content as the guest takes it. Returns early, without error, when the stream has ended.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> data, bool last, CancellationToken cancellationToken)
    {
        do
        {
            var room = await ReserveAsync(data.Length, cancellationToken);
            if (room < 0) return;

            var part = data[..room];
            data = data[room..];
            link.Send(FrameType.Data, last && data.IsEmpty ? FrameFlags.Last : FrameFlags.None, id, part.Span);
            await link.WaitForRoomAsync(cancellationToken);
        }
        while (!data.IsEmpty);
    }

    /// <summary>The guest has broken the protocol here: the whole link is not to be trusted any more.</summary>
    public void Break() => link.Break();

    /// <summary>The owner leaves. A request that has not ended is cancelled.</summary>
    public void Close(bool kill = false)
    {
        bool ended;
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            ended = _error is not null || _result is not null;
            _filling.Dispose();
        }
        _reading.Dispose();
        if (!ended) link.Cancel(this, kill);
    }

    public void Dispose() => Close();

    public void OnReply(ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            if (_reply is not null) throw new ProtocolException("A request was answered twice.");
            _reply = payload.ToArray();
        }
        _arrived.Set();
    }

    public void OnData(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            _receiveCredit -= header.Cost;
            if (_receiveCredit < 0) throw new ProtocolException("Data was sent without credit.");
            if (_closed) return;
            _filling.Append(header.Flags & (FrameFlags.Stderr | FrameFlags.Gap), payload, header.Cost);
        }
        _arrived.Set();
    }

    public void OnCredit(uint bytes)
    {
        lock (_gate)
        {
            _sendCredit += bytes;
            if (_sendCredit > ProtocolLimits.MaxWindow) throw new ProtocolException("Too much credit was granted.");
        }
        _credited.Set();
    }

    public void OnEnd(ReadOnlySpan<byte> payload)
    {
        lock (_gate) _result = payload.ToArray();
        _arrived.Set();
        _credited.Set();
    }

    public void OnError(GuestError error) => OnError(new GuestException(
        error.Code == GuestErrorCode.ConnectionLost ? GuestErrorCode.Unknown : error.Code, Printable(error.Message)));

    public void OnError(GuestException exception)
    {
        lock (_gate) _error ??= exception;
        _arrived.Set();
        _credited.Set();
    }

    /// <summary>The message comes from the box and may reach a person: plain ASCII, or nothing.</summary>
    private static string Printable(string message) => message.All(character => character is >= ' ' and <= '~') ? message : "";

    private async ValueTask<int> ReserveAsync(int wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_error is not null || _result is not null || _closed) return -1;
                var room = (int)Math.Min(_sendCredit - FrameHeader.Size, Math.Min(wanted, ProtocolLimits.MaxPayload));
                if (room > 0 || (wanted == 0 && room == 0))
                {
                    _sendCredit -= FrameHeader.Size + room;
                    return room;
                }
            }
            await _credited.WaitAsync(cancellationToken);
        }
    }

    private void ReturnCredit()
    {
        var cost = _reading.Cost;
        if (cost == 0) return;

        _reading.Clear();
        lock (_gate)
        {
            if (_error is not null || _result is not null || _closed) return;
            _receiveCredit += cost;
        }
        link.SendCredit(id, (uint)cost);
    }
}
