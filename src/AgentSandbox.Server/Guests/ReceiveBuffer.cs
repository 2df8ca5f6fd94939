using System.Buffers;
using System.Buffers.Binary;
using AgentSandbox.Protocol;

namespace AgentSandbox.Server.Guests;

/// <summary>
/// What has arrived on a stream and waits for its reader: records of flags, length and bytes, one after the other, so memory
/// is bounded by the credit that was given and not by how small the guest cuts its frames. Pooled; not thread-safe.
/// </summary>
internal sealed class ReceiveBuffer : IDisposable
{
    private const int RecordHeader = 4, MinCapacity = 4096;

    private byte[] _bytes = [];
    private int _length, _lastRecord, _position;

    /// <summary>Credit that the peer gets back once the content has been used.</summary>
    public int Cost { get; private set; }

    public bool IsEmpty => _length == 0;

    /// <summary>Consecutive frames of one channel become one record, up to the size of a full frame.</summary>
    public void Append(FrameFlags flags, ReadOnlySpan<byte> data, int cost)
    {
        Cost += cost;
        if (_length > 0 && ReadHeader(_lastRecord) is var (lastFlags, lastLength)
            && lastFlags == flags && lastLength + data.Length <= ProtocolLimits.MaxPayload)
        {
            Reserve(data.Length);
            WriteHeader(_lastRecord, flags, lastLength + data.Length);
        }
        else
        {
            Reserve(RecordHeader + data.Length);
            _lastRecord = _length;
            WriteHeader(_lastRecord, flags, data.Length);
            _length += RecordHeader;
        }
        data.CopyTo(_bytes.AsSpan(_length));
        _length += data.Length;
    }

    /// <summary>Gives the next record; its memory is good until <see cref="Clear"/>.</summary>
    public bool TryRead(out FrameFlags flags, out ReadOnlyMemory<byte> data)
    {
        (flags, data) = (FrameFlags.None, default);
        if (_position == _length) return false;

        (flags, var length) = ReadHeader(_position);
        data = _bytes.AsMemory(_position + RecordHeader, length);
        _position += RecordHeader + length;
        return true;
    }

    public void Clear() => _length = _lastRecord = _position = Cost = 0;

    /// <summary>Gives the memory back; the buffer can be used again.</summary>
    public void Dispose()
    {
        Clear();
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void Reserve(int more)
    {
        if (_length + more <= _bytes.Length) return;

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(MinCapacity, Math.Max(_bytes.Length * 2, _length + more)));
        _bytes.AsSpan(0, _length).CopyTo(larger);
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }

    private (FrameFlags Flags, int Length) ReadHeader(int position)
    {
        var header = BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(position));
        return ((FrameFlags)(header >> 24), (int)(header & 0xFF_FFFF));
    }

    private void WriteHeader(int position, FrameFlags flags, int length) =>
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(position), ((uint)flags << 24) | (uint)length);
}
