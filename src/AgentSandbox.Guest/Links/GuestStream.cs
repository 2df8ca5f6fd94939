using AgentSandbox.Protocol;

namespace AgentSandbox.Guest.Links;

/// <summary>
/// One request that is under way on a link. The link asks it for one frame at a time, in turn with the others, and only when
/// there is room: a stream holds its content back by not being ready.
/// </summary>
internal abstract class GuestStream(Link link, uint id) : IDisposable
{
    private readonly int _receiveWindow = Link.ReceiveWindow;
    private long _receiveCredit = Link.ReceiveWindow;
    private long _owed;

    public uint Id => id;

    /// <summary>Whether the stream waits for its turn. The link's own mark.</summary>
    public bool IsQueued { get; set; }

    public bool IsClosed { get; private set; }

    protected Link Link => link;

    /// <summary>Bytes that the server is ready to take, headers included.</summary>
    protected long SendCredit { get; private set; } = link.PeerWindow;

    /// <summary>Bytes of content that fit into a frame now.</summary>
    protected int SendRoom => (int)Math.Min(SendCredit - FrameHeader.Size, ProtocolLimits.MaxPayload);

    public void Produce()
    {
        if (_owed >= _receiveWindow / 2)
        {
            link.SendCredit(id, (uint)_owed);
            _receiveCredit += _owed;
            _owed = 0;
            link.MarkReady(this);
            return;
        }
        ProduceFrame();
    }

    public void AddCredit(uint bytes)
    {
        SendCredit += bytes;
        if (SendCredit > ProtocolLimits.MaxWindow) throw new ProtocolException("Too much credit was granted.");
        link.MarkReady(this);
    }

    public void Receive(FrameHeader header, ReadOnlySpan<byte> data)
    {
        _receiveCredit -= header.Cost;
        if (_receiveCredit < 0) throw new ProtocolException("Data was sent without credit.");
        OnData(data, header.Flags);
    }

    /// <summary>The link has forgotten the stream: finished, cancelled or lost. Called once.</summary>
    public void Dispose()
    {
        if (IsClosed) return;
        IsClosed = true;
        OnClosed();
    }

    /// <summary>The server does not want the stream any more.</summary>
    public virtual void OnCancel(bool kill)
    {
    }

    /// <summary>Sends at most one frame; marks itself ready when it has more.</summary>
    protected virtual void ProduceFrame()
    {
    }

    protected virtual void OnData(ReadOnlySpan<byte> data, FrameFlags flags) =>
        throw new ProtocolException("Data was sent to a stream that takes none.");

    protected virtual void OnClosed()
    {
    }

    /// <summary>Data of this cost has been used; its credit goes back in due time.</summary>
    protected void ReturnCredit(int cost)
    {
        if (IsClosed) return;
        _owed += cost;
        if (_owed >= _receiveWindow / 2) link.MarkReady(this);
    }

    protected void Fail(Fault fault) => link.Fail(this, fault);

    protected void Finish(scoped ReadOnlySpan<byte> result) => link.Finish(this, result);

    protected void SendData(int length, FrameFlags flags)
    {
        SendCredit -= FrameHeader.Size + length;
        link.Commit(FrameType.Data, flags, id, length);
    }
}
