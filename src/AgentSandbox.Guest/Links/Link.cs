using System.Buffers.Binary;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Guest.Links;

/// <summary>
/// One connection of the server, from its start until it is gone or replaced. Losing it ends its streams, never a process.
/// A frame is read only when an answer to it has room, and content is fetched from the streams only when it has room, each
/// stream in turn: so both buffers are all the memory that a link needs.
/// </summary>
internal sealed unsafe class Link : IDisposable
{
    /// <summary>Credit that the server gets on each stream for standard input or the content of a file.</summary>
    public const int ReceiveWindow = 256 * 1024;

    private const int MaxFrame = FrameHeader.Size + ProtocolLimits.MaxPayload;
    private const int InCapacity = 256 * 1024, OutCapacity = 4 * MaxFrame, TrimAbove = 16 * 1024;
    private const int MaxStreams = 1024, FramesPerTurn = 8;

    private readonly ILinkChannel _channel;
    private readonly IRequestHandler _requests;
    private readonly MappedBuffer _in = new(InCapacity);
    private readonly MappedBuffer _out = new(OutCapacity);
    private readonly Dictionary<uint, GuestStream> _streams = [];
    private readonly Queue<GuestStream> _ready = [];
    private MappedBuffer? _request;
    private uint _requestStream;
    private int _requestLength;
    private int _inStart, _inEnd, _outStart, _outEnd, _touched;
    private bool _greeted, _stalled;

    public Link(ILinkChannel channel, IRequestHandler requests)
    {
        _channel = channel;
        _requests = requests;
        var writer = new WireWriter(Payload);
        new Hello(ProtocolLimits.Version, ReceiveWindow, GuestVersion.Text).Write(ref writer);
        Commit(FrameType.Hello, FrameFlags.None, 0, writer.Written);
    }

    public bool IsClosed { get; private set; }

    /// <summary>Credit that each new stream starts with, from the server's hello.</summary>
    public int PeerWindow { get; private set; }

    /// <summary>Whether there is something to do that does not depend on the channel.</summary>
    public bool IsBusy => !IsClosed && HasRoom && (_stalled || _ready.Count > 0);

    /// <summary>Whether there is room for more input: a chunk or frame of any size.</summary>
    public bool TakesInput => !IsClosed && InCapacity - (_inEnd - _inStart) >= MaxFrame;

    /// <summary>Where the content of the next frame goes, before it is committed.</summary>
    public Span<byte> Payload => _out.Span.Slice(_outEnd + FrameHeader.Size, ProtocolLimits.MaxPayload);

    public byte* PayloadStart => _out.Start + _outEnd + FrameHeader.Size;

    private bool HasRoom => OutCapacity - _outEnd >= MaxFrame;

    /// <summary>Takes what has arrived, lets each stream that has something send a frame, and sends all frames.</summary>
    public void Pump()
    {
        if (TakesInput) ReadChannel();
        if (IsClosed) return;
        ParseFrames();
        for (var frames = 0; frames < FramesPerTurn && HasRoom && _ready.TryDequeue(out var stream); frames++)
        {
            stream.IsQueued = false;
            if (!stream.IsClosed) stream.Produce();
        }
        WriteChannel();
        if (IsClosed) return;

        TrimWhenIdle();
        _channel.Await(TakesInput);
    }

    public void MarkReady(GuestStream stream)
    {
        if (stream.IsQueued || stream.IsClosed) return;
        stream.IsQueued = true;
        _ready.Enqueue(stream);
    }

    public void Add(GuestStream stream) => _streams.Add(stream.Id, stream);

    /// <summary>Completes the frame whose content was put into <see cref="Payload"/>.</summary>
    public void Commit(FrameType type, FrameFlags flags, uint stream, int length)
    {
        new FrameHeader(length, type, flags, stream).Write(_out.Span[_outEnd..]);
        _outEnd += FrameHeader.Size + length;
        _touched = Math.Max(_touched, _outEnd);
    }

    public void SendReply(uint stream, scoped ReadOnlySpan<byte> payload) => Send(FrameType.Reply, stream, payload);

    public void SendEnd(uint stream, scoped ReadOnlySpan<byte> payload) => Send(FrameType.End, stream, payload);

    public void SendCredit(uint stream, uint bytes)
    {
        Span<byte> payload = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(payload, bytes);
        Send(FrameType.Credit, stream, payload);
    }

    public void SendError(uint stream, Fault fault)
    {
        var writer = new WireWriter(Payload);
        new GuestError(fault.Code, fault.Message).Write(ref writer);
        Commit(FrameType.Error, FrameFlags.None, stream, writer.Written);
    }

    public void Fail(GuestStream stream, Fault fault)
    {
        Remove(stream);
        SendError(stream.Id, fault);
    }

    public void Finish(GuestStream stream, scoped ReadOnlySpan<byte> result)
    {
        Remove(stream);
        SendEnd(stream.Id, result);
    }

    public void Dispose()
    {
        if (IsClosed) return;
        IsClosed = true;
        _channel.Close();
        foreach (var stream in _streams.Values) stream.Dispose();
        _streams.Clear();
        _in.Dispose();
        _out.Dispose();
        _request?.Dispose();
    }

    private void Remove(GuestStream stream)
    {
        _streams.Remove(stream.Id);
        stream.Dispose();
    }

    private void Send(FrameType type, uint stream, scoped ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(Payload);
        Commit(type, FrameFlags.None, stream, payload.Length);
    }

    private void ReadChannel()
    {
        if (_inStart > 0) Compact();
        int count;
        while ((count = _channel.Read(_in.Start + _inEnd, InCapacity - _inEnd)) > 0)
        {
            _inEnd += count;
            _touched = Math.Max(_touched, _inEnd);
            if (!TakesInput) return;
        }
        if (count < 0) Dispose();
    }

    private void Compact()
    {
        _in.Span[_inStart.._inEnd].CopyTo(_in.Span);
        _inEnd -= _inStart;
        _inStart = 0;
    }

    private void WriteChannel()
    {
        int count;
        while (_outStart < _outEnd && (count = _channel.Write(_out.Start + _outStart, _outEnd - _outStart)) != 0)
        {
            if (count < 0)
            {
                Dispose();
                return;
            }
            _outStart += count;
        }
        if (_outStart == _outEnd) _outStart = _outEnd = 0;
    }

    /// <summary>After a large transfer the buffers are empty but their pages are not: an idle guest gives them back.</summary>
    private void TrimWhenIdle()
    {
        if (_touched <= TrimAbove || _streams.Count > 0 || _outEnd > 0 || _inStart < _inEnd) return;
        _in.Trim();
        _out.Trim();
        _channel.Trim();
        _touched = 0;
    }

    private void ParseFrames()
    {
        while (!IsClosed)
        {
            _stalled = !HasRoom;
            if (_stalled) return;

            var pending = _in.Span[_inStart.._inEnd];
            if (!FrameHeader.TryRead(pending, out var header) || pending.Length < FrameHeader.Size + header.Length) break;

            _inStart += FrameHeader.Size + header.Length;
            Dispatch(header, pending.Slice(FrameHeader.Size, header.Length));
        }
        if (_inStart == _inEnd) _inStart = _inEnd = 0;
    }

    private void Dispatch(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (_greeted == (header.Type == FrameType.Hello)) throw new ProtocolException("A hello is missing or repeated.");
        if (_request is not null && (header.Type != FrameType.Request || header.Stream != _requestStream))
            throw new ProtocolException("A request was interrupted.");

        switch (header.Type)
        {
            case FrameType.Hello:
                _greeted = true;
                PeerWindow = Hello.Read(payload).Window;
                break;
            case FrameType.Ping:
                Send(FrameType.Pong, 0, payload);
                break;
            case FrameType.Request:
                Request(header, payload);
                break;
            case FrameType.Data when _streams.TryGetValue(header.Stream, out var stream):
                stream.Receive(header, payload);
                break;
            case FrameType.Credit when _streams.TryGetValue(header.Stream, out var stream):
                stream.AddCredit(new WireReader(payload).ReadFixed32());
                break;
            case FrameType.Cancel when _streams.TryGetValue(header.Stream, out var stream):
                stream.OnCancel(header.Flags.HasFlag(FrameFlags.Kill));
                Remove(stream);
                break;
            case FrameType.Data or FrameType.Credit or FrameType.Cancel:
                break;   // the stream ended while this was on its way
            default:
                throw new ProtocolException("A frame has an unknown type.");
        }
    }

    private void Request(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var more = header.Flags.HasFlag(FrameFlags.More);
        if (_request is null && !more)
        {
            Open(header.Stream, payload);
            return;
        }

        _request ??= new MappedBuffer(ProtocolLimits.MaxRequest);
        _requestStream = header.Stream;
        if (_requestLength + payload.Length > _request.Capacity) throw new ProtocolException("A request is longer than the limit.");
        payload.CopyTo(_request.Span[_requestLength..]);
        _requestLength += payload.Length;
        if (more) return;

        using var request = _request;
        var length = _requestLength;
        _request = null;
        _requestLength = 0;
        Open(header.Stream, request.Span[..length]);
    }

    private void Open(uint id, ReadOnlySpan<byte> payload)
    {
        if (id == 0 || _streams.ContainsKey(id)) throw new ProtocolException("A request has a stream that is in use.");
        if (_streams.Count >= MaxStreams)
        {
            SendError(id, new Fault(GuestErrorCode.TooManyStreams));
            return;
        }

        var reader = new WireReader(payload);
        var method = (GuestMethod)reader.ReadByte();
        if (_requests.Handle(this, id, method, ref reader) is { } fault) SendError(id, fault);
    }
}
