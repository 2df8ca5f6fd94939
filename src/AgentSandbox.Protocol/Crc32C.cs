using System.Buffers.Binary;
using System.Numerics;

namespace AgentSandbox.Protocol;

/// <summary>CRC-32C (Castagnoli), which processors have an instruction for.</summary>
public static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var next in bytes) crc = BitOperations.Crc32C(crc, next);
        return ~crc;
    }
}
