namespace AgentSandbox.Tests.Fuzzing;

/// <summary>Makes new inputs from known ones: a few small changes each, and now and then noise. Repeatable by its seed.</summary>
internal sealed class Mutator(FuzzTarget target, Random random)
{
    private const int MostChanges = 6, LongestBlock = 64;

    private static readonly byte[] Edges = [0, 1, 2, 0x0A, 0x20, 0x22, 0x7F, 0x80, 0xC0, 0xFE, 0xFF];
    private static readonly byte[][] Numbers =
    [
        [0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80], [0, 0, 1, 0], [1, 0, 1, 0], [0xF8, 0xFF, 0, 0],
        [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
    ];

    private readonly List<byte> _bytes = [];

    public byte[] Next(IReadOnlyList<byte[]> known)
    {
        _bytes.Clear();
        if (random.Next(64) == 0)
        {
            Insert(0, Noise());
            return Cut();
        }

        _bytes.AddRange(Pick(known));
        for (var changes = random.Next(1, MostChanges + 1); changes > 0; changes--) Change(known);
        return Cut();
    }

    private void Change(IReadOnlyList<byte[]> known)
    {
        var at = random.Next(_bytes.Count + 1);
        switch (random.Next(10))
        {
            case 0 when at < _bytes.Count:
                _bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < _bytes.Count:
                _bytes[at] = (byte)random.Next(256);
                break;
            case 2 when at < _bytes.Count:
                _bytes[at] = Pick(Edges);
                break;
            case 3 when at < _bytes.Count:
                _bytes[at] += (byte)random.Next(-4, 5);
                break;
            case 4:
                _bytes.RemoveRange(at, random.Next(Math.Min(LongestBlock, _bytes.Count - at) + 1));
                break;
            case 5:
                Insert(at, Block(_bytes.ToArray()));
                break;
            case 6:
                Insert(at, Block(Pick(known)));
                break;
            case 7:
                Overwrite(at, Pick(Numbers));
                break;
            case 8 when target.Tokens.Count > 0:
                Insert(at, Pick(target.Tokens));
                break;
            case 9 when random.Next(8) == 0:
                _bytes.RemoveRange(at, _bytes.Count - at);
                break;
            default:
                Insert(at, [Pick(Edges)]);
                break;
        }
    }

    private byte[] Noise()
    {
        var noise = new byte[random.Next(target.MaxLength + 1)];
        random.NextBytes(noise);
        // Small numbers reach deeper than large ones, which mostly fail at the first length.
        if (random.Next(2) == 0) for (var i = 0; i < noise.Length; i++) noise[i] &= 0x0F;
        return noise;
    }

    private ReadOnlySpan<byte> Block(byte[] source)
    {
        var start = random.Next(source.Length + 1);
        return source.AsSpan(start, random.Next(Math.Min(LongestBlock, source.Length - start) + 1));
    }

    private void Insert(int at, ReadOnlySpan<byte> block) => _bytes.InsertRange(at, block);

    private void Overwrite(int at, byte[] block)
    {
        for (var i = 0; i < block.Length && at + i < _bytes.Count; i++) _bytes[at + i] = block[i];
    }

    private byte[] Cut()
    {
        if (_bytes.Count > target.MaxLength) _bytes.RemoveRange(target.MaxLength, _bytes.Count - target.MaxLength);
        return [.. _bytes];
    }

    private T Pick<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];
}
