using System.Buffers.Binary;
using System.Text;

namespace AgentSandbox.Protocol;

/// <summary>
/// Reads a message. Strict and bounded: anything but a well-formed field is a <see cref="ProtocolException"/>, and nothing
/// larger than the message itself is allocated. What follows the last known field is left unread: a newer peer's addition.
/// </summary>
public ref struct WireReader(ReadOnlySpan<byte> source)
{
    private ReadOnlySpan<byte> _rest = source;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public byte ReadByte() => Take(1)[0];

    public bool ReadBool() => ReadByte() switch
    {
        0 => false,
        1 => true,
        _ => throw new ProtocolException("A boolean is neither 0 nor 1."),
    };

    public uint ReadFixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ushort ReadFixed16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    /// <summary>An unsigned number, seven bits a byte, the lowest first.</summary>
    public ulong ReadNumber()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = ReadByte();
            if (shift == 63 && next > 1) break;
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw new ProtocolException("A number has more than 64 bits.");
    }

    public uint ReadUInt32() => ReadNumber() is var value && value <= uint.MaxValue ? (uint)value : throw OutOfRange();

    public int ReadPid() => ReadNumber() is var pid and > 0 and <= int.MaxValue ? (int)pid : throw OutOfRange();

    /// <summary>A number that is never negative.</summary>
    public long ReadSize() => ReadNumber() is var value && value <= long.MaxValue ? (long)value : throw OutOfRange();

    /// <summary>A signed number, zigzag.</summary>
    public long ReadSigned()
    {
        var value = ReadNumber();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadNumber();
        return length <= (ulong)_rest.Length ? Take((int)length) : throw Truncated();
    }

    /// <summary>One entry of a streamed list: its length (u16), then a message that may grow in later versions.</summary>
    public WireReader ReadEntry() => new(Take(ReadFixed16()));

    /// <summary>Text for display; what is not UTF-8 in it becomes U+FFFD.</summary>
    public string ReadText() => Encoding.UTF8.GetString(ReadBytes());

    /// <summary>The number of entries that follow, each of at least one byte.</summary>
    public int ReadCount()
    {
        var count = ReadNumber();
        if (count > (ulong)_rest.Length) throw Truncated();
        return count <= ProtocolLimits.MaxListItems ? (int)count : throw new ProtocolException("A list is longer than the limit.");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length) throw Truncated();
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    private static ProtocolException Truncated() => new("A message ends too early.");

    private static ProtocolException OutOfRange() => new("A number is out of range.");
}
