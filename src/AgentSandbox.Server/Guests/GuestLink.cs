using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Server.Guests;

/// <summary>
/// The framed stream to one guest: a read loop, the send queue and the table of streams. It ends when the stream ends, when
/// the guest breaks the protocol, or when it is disposed, and then ends every stream on it. Thread-safe.
/// </summary>
internal sealed class GuestLink : IAsyncDisposable
{
    /// <summary>Bytes that the guest may have under way or waiting on one stream.</summary>
    public const int Window = 512 * 1024;

    private const int ReadSize = 128 * 1024;

    private readonly Stream _stream;
    private readonly SendQueue _queue;
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, GuestStream> _streams = [];                // guarded by _gate
    private readonly Dictionary<ulong, TaskCompletionSource> _pings = [];        // guarded by _gate
    private uint _lastId;                                                        // guarded by _gate
    private ulong _lastPing;                                                     // guarded by _gate
    private long _strayAllowance = Window;                                       // guarded by _gate
    private bool _lost;                                                          // guarded by _gate
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Cancelled when the link is gone.</summary>
    public CancellationToken Lost => _stopping.Token;
    private Task _reading = Task.CompletedTask;

    private GuestLink(Stream stream, Hello hello)
    {
        _stream = stream;
        Hello = hello;
        _queue = new SendQueue(stream, _ => Lose());
    }

    public Hello Hello { get; }

    public int PeerWindow => Hello.Window;

    /// <summary>It was the guest that ended the link, by breaking the protocol. Known before <see cref="Lost"/> is cancelled.</summary>
    public bool IsBreached { get; private set; }

    /// <summary>Ends with the link; never faults.</summary>
    public Task Completion => _reading;

    /// <summary>Greets the guest. Owns the stream, also when it throws.</summary>
    public static async Task<GuestLink> OpenAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(EncodeHello(), cancellationToken);
            var link = new GuestLink(stream, await ReadHelloAsync(stream, cancellationToken));
            link._reading = link.ReadAsync();
            return link;
        }
        catch (Exception exception) when (exception is IOException or ProtocolException)
        {
            await stream.DisposeAsync();
            throw new GuestException(GuestErrorCode.ConnectionLost);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a stream by a request. The caller closes it.</summary>
    public GuestStream Open(ReadOnlySpan<byte> request)
    {
        GuestStream stream;
        lock (_gate)
        {
            if (_lost) throw new GuestException(GuestErrorCode.ConnectionLost);
            do _lastId++; while (_lastId == 0 || _streams.ContainsKey(_lastId));
            stream = new GuestStream(this, _lastId);
            _streams.Add(stream.Id, stream);
        }
        _queue.SendRequest(stream.Id, request);
        return stream;
    }

    public async Task PingAsync(CancellationToken cancellationToken)
    {
        var pong = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ulong number;
        lock (_gate)
        {
            if (_lost) throw new GuestException(GuestErrorCode.ConnectionLost);
            number = ++_lastPing;
            _pings.Add(number, pong);
        }
        SendPing(number);
        await pong.Task.WaitAsync(cancellationToken);
    }

    public void Send(FrameType type, FrameFlags flags, uint stream, ReadOnlySpan<byte> payload) =>
        _queue.Send(type, flags, stream, payload);

    public Task WaitForRoomAsync(CancellationToken cancellationToken) => _queue.WaitForRoomAsync(cancellationToken);

    public void SendCredit(uint stream, uint bytes)
    {
        Span<byte> payload = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(payload, bytes);
        Send(FrameType.Credit, FrameFlags.None, stream, payload);
    }

    /// <summary>Forgets a stream. What the guest has already sent on it is let pass, but no more than that.</summary>
    public void Cancel(GuestStream stream, bool kill)
    {
        lock (_gate)
        {
            if (!_streams.Remove(stream.Id)) return;
            _strayAllowance = Math.Min(_strayAllowance + Window + ProtocolLimits.MaxPayload, int.MaxValue);
        }
        Send(FrameType.Cancel, kill ? FrameFlags.Kill : FrameFlags.None, stream.Id, []);
    }

    public async ValueTask DisposeAsync()
    {
        Lose();
        await _reading;
    }

    private static byte[] EncodeHello()
    {
        var frame = new byte[FrameHeader.Size + Hello.MaxSize];
        var writer = new WireWriter(frame.AsSpan(FrameHeader.Size));
        new Hello(ProtocolLimits.Version, Window, "server").Write(ref writer);
        new FrameHeader(writer.Written, FrameType.Hello, FrameFlags.None, 0).Write(frame);
        return frame[..(FrameHeader.Size + writer.Written)];
    }

    private static async Task<Hello> ReadHelloAsync(Stream stream, CancellationToken cancellationToken)
    {
        var bytes = new byte[FrameHeader.Size];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        FrameHeader.TryRead(bytes, out var header);
        if (header is not { Type: FrameType.Hello, Length: <= 1024 }) throw new ProtocolException("The guest does not say hello.");

        var payload = new byte[header.Length];
        await stream.ReadExactlyAsync(payload, cancellationToken);
        return Hello.Read(payload);
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await ReadBurstAsync()) { }
        }
        catch (ProtocolException)
        {
            IsBreached = true;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // Streams differ in how they fail. The link is over either way; who waits on it is told so below.
        }
        Lose();
    }

    /// <summary>
    /// Waits without a buffer, so that an idle link holds none, then reads and serves frames until none is left over.
    /// </summary>
    private async Task<bool> ReadBurstAsync()
    {
        var none = await _stream.ReadAsync(Memory<byte>.Empty, _stopping.Token);
        Debug.Assert(none == 0);
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            var length = 0;
            do
            {
                var count = await _stream.ReadAsync(buffer.AsMemory(length), _stopping.Token);
                if (count == 0) return false;

                length += count;
                var used = Serve(buffer.AsSpan(0, length));
                buffer.AsSpan(used, length - used).CopyTo(buffer);
                length -= used;
            }
            while (length > 0);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private int Serve(ReadOnlySpan<byte> bytes)
    {
        var used = 0;
        while (FrameHeader.TryRead(bytes[used..], out var header) && bytes.Length - used >= header.Cost)
        {
            Dispatch(header, bytes.Slice(used + FrameHeader.Size, header.Length));
            used += header.Cost;
        }
        return used;
    }

    private void Dispatch(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Type == FrameType.Pong)
        {
            CompletePing(payload);
            return;
        }
        if (Find(header) is not { } stream) return;

        switch (header.Type)
        {
            case FrameType.Data:
                stream.OnData(header, payload);
                break;
            case FrameType.Credit:
                stream.OnCredit(new WireReader(payload).ReadFixed32());
                break;
            case FrameType.Reply:
                stream.OnReply(payload);
                break;
            case FrameType.End:
                stream.OnEnd(payload);
                Forget(stream);
                break;
            case FrameType.Error:
                stream.OnError(GuestError.Read(payload));
                Forget(stream);
                break;
            default:
                throw new ProtocolException("A frame has an unknown type.");
        }
    }

    private GuestStream? Find(FrameHeader header)
    {
        lock (_gate)
        {
            if (_streams.TryGetValue(header.Stream, out var stream)) return stream;
            _strayAllowance -= header.Cost;
            return _strayAllowance >= 0 ? null : throw new ProtocolException("The guest sends what nobody asked for.");
        }
    }

    /// <summary>Only now, for a stream whose last frame is malformed must still be found when the link is lost for it.</summary>
    private void Forget(GuestStream stream)
    {
        lock (_gate) _streams.Remove(stream.Id);
    }

    private void SendPing(ulong number)
    {
        Span<byte> payload = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(payload, number);
        Send(FrameType.Ping, FrameFlags.None, 0, payload);
    }

    private void CompletePing(ReadOnlySpan<byte> payload)
    {
        TaskCompletionSource? ping;
        lock (_gate)
        {
            if (payload.Length != sizeof(ulong) || !_pings.Remove(BinaryPrimitives.ReadUInt64LittleEndian(payload), out ping))
                throw new ProtocolException("A pong answers no ping.");
        }
        ping.TrySetResult();
    }

    /// <summary>The guest has broken the protocol: nothing on the link is to be trusted any more.</summary>
    public void Break()
    {
        IsBreached = true;
        Lose();
    }

    /// <summary>Ends the link and everything on it. Safe to repeat.</summary>
    public void Lose()
    {
        GuestStream[] streams;
        TaskCompletionSource[] pings;
        lock (_gate)
        {
            if (_lost) return;
            _lost = true;
            streams = [.. _streams.Values];
            pings = [.. _pings.Values];
            _streams.Clear();
            _pings.Clear();
        }
        _queue.Close();
        _stopping.Cancel();   // not every stream ends a read when it is disposed
        _stream.Dispose();
        foreach (var stream in streams) stream.OnError(new GuestException(GuestErrorCode.ConnectionLost));
        foreach (var ping in pings) ping.TrySetException(new GuestException(GuestErrorCode.ConnectionLost));
    }
}
