using System.Buffers.Binary;

namespace AgentSandbox.Tests.Fuzzing;

/// <summary>
/// Reads an input as a series of choices, for parsers behind a checksum or a state: then a change of a byte is a change of
/// what is done, and not merely a broken sum. Gives zeros behind its end.
/// </summary>
internal ref struct Script(ReadOnlySpan<byte> input)
{
    private ReadOnlySpan<byte> _rest = input;

    public readonly bool HasMore => !_rest.IsEmpty;

    public byte Byte() => Bytes(1) is [var value] ? value : (byte)0;

    /// <summary>From 0 to just below <paramref name="end"/>.</summary>
    public int Number(int end)
    {
        Span<byte> two = stackalloc byte[sizeof(ushort)];
        Bytes(two.Length).CopyTo(two);
        return BinaryPrimitives.ReadUInt16LittleEndian(two) % end;
    }

    /// <summary>A length and so many bytes, as far as there are.</summary>
    public ReadOnlySpan<byte> Block() => Bytes(Byte());

    private ReadOnlySpan<byte> Bytes(int count)
    {
        var taken = _rest[..Math.Min(count, _rest.Length)];
        _rest = _rest[taken.Length..];
        return taken;
    }
}
