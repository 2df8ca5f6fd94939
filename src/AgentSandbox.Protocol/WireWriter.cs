using System.Buffers.Binary;
using System.Text;

namespace AgentSandbox.Protocol;

/// <summary>
/// Writes a message into a buffer that the caller has sized. What does not fit is dropped and told by
/// <see cref="Overflowed"/>, so a writer of optional entries can try and fall back.
/// </summary>
public ref struct WireWriter(Span<byte> target)
{
    /// <summary>The longest form of a number.</summary>
    public const int MaxNumber = 10;

    private readonly Span<byte> _target = target;

    public int Written { get; private set; }

    public bool Overflowed { get; private set; }

    public readonly Span<byte> AsSpan() => _target[..Written];

    public void WriteByte(byte value)
    {
        if (TryTake(1, out var span)) span[0] = value;
    }

    public void WriteBool(bool value) => WriteByte(value ? (byte)1 : (byte)0);

    public void WriteFixed16(ushort value)
    {
        if (TryTake(2, out var span)) BinaryPrimitives.WriteUInt16LittleEndian(span, value);
    }

    public void WriteFixed32(uint value)
    {
        if (TryTake(4, out var span)) BinaryPrimitives.WriteUInt32LittleEndian(span, value);
    }

    public void WriteNumber(ulong value)
    {
        for (; value >= 0x80; value >>= 7) WriteByte((byte)(value | 0x80));
        WriteByte((byte)value);
    }

    public void WriteSize(long value) => WriteNumber(value > 0 ? (ulong)value : 0);

    public void WriteSigned(long value) => WriteNumber((ulong)((value << 1) ^ (value >> 63)));

    public void WriteBytes(scoped ReadOnlySpan<byte> value)
    {
        WriteNumber((ulong)value.Length);
        if (TryTake(value.Length, out var span)) value.CopyTo(span);
    }

    public void WriteText(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        WriteNumber((ulong)length);
        if (TryTake(length, out var span)) Encoding.UTF8.GetBytes(value, span);
    }

    private bool TryTake(int length, out Span<byte> span)
    {
        Overflowed |= length > _target.Length - Written;
        span = Overflowed ? default : _target.Slice(Written, length);
        if (!Overflowed) Written += length;
        return !Overflowed;
    }
}
