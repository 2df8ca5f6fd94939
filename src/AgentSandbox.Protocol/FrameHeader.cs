using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AgentSandbox.Protocol;

/// <summary>
/// The twelve bytes before every payload, little-endian: length (u32), type (u8), flags (u8), reserved (u16), stream (u32).
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FrameHeader(int Length, FrameType Type, FrameFlags Flags, uint Stream)
{
    public const int Size = 12;

    /// <summary>Credit that a data frame uses up: its header counts, so that empty frames are not free.</summary>
    public int Cost => Size + Length;

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, Length);
        target[4] = (byte)Type;
        target[5] = (byte)Flags;
        target[6] = target[7] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], Stream);
    }

    /// <summary>Reads a header, when <paramref name="source"/> holds one.</summary>
    /// <exception cref="ProtocolException">No peer of any version sends such a header.</exception>
    public static bool TryRead(ReadOnlySpan<byte> source, out FrameHeader header)
    {
        header = default;
        if (source.Length < Size) return false;

        var length = BinaryPrimitives.ReadUInt32LittleEndian(source);
        if (length > ProtocolLimits.MaxPayload) throw new ProtocolException("A frame is longer than the limit.");

        header = new FrameHeader(
            (int)length, (FrameType)source[4], (FrameFlags)source[5], BinaryPrimitives.ReadUInt32LittleEndian(source[8..]));
        return true;
    }
}
