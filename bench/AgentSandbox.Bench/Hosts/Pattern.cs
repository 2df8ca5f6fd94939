using System.Net;

namespace AgentSandbox.Bench.Hosts;

/// <summary>
/// The content of test files: a block of random bytes, again and again. Nothing on the way can compress it, and it is made
/// and checked at the speed of memory, so that the client is not what is measured.
/// </summary>
internal static class Pattern
{
    private const int BlockLength = 256 << 10;
    private static readonly byte[] Block = MakeBlock();

    public static async Task WriteAsync(Stream destination, long length, CancellationToken cancellationToken)
    {
        for (var offset = 0L; offset < length; offset += BlockLength)
        {
            var part = (int)Math.Min(BlockLength, length - offset);
            await destination.WriteAsync(Block.AsMemory(0, part), cancellationToken);
        }
    }

    public static bool Matches(ReadOnlySpan<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            var expected = Block.AsSpan((int)(offset % BlockLength));
            var part = Math.Min(expected.Length, bytes.Length);
            if (!bytes[..part].SequenceEqual(expected[..part])) return false;
            bytes = bytes[part..];
            offset += part;
        }

        return true;
    }

    private static byte[] MakeBlock()
    {
        var block = new byte[BlockLength];
        new Random(1).NextBytes(block);
        return block;
    }
}

/// <summary>Checks that what arrives, part by part, is a <see cref="Pattern"/> of the right length.</summary>
internal sealed class PatternCheck(long length)
{
    private long _offset;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (!Pattern.Matches(bytes, _offset)) throw new BenchException($"The file differs near byte {_offset}.");
        _offset += bytes.Length;
    }

    public void Complete()
    {
        if (_offset != length) throw new BenchException($"The file has {_offset} bytes instead of {length}.");
    }
}

/// <summary>A request body of <see cref="Pattern"/>, made while it is sent.</summary>
internal sealed class PatternContent(long length) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        Pattern.WriteAsync(stream, length, cancellationToken);

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }
}
