namespace AgentSandbox.Protocol;

/// <summary>
/// How a link begins on a pair of pipes that an earlier one may have used: the server sends <see cref="Ask"/> and a fresh
/// nonce, the guest sends <see cref="Answer"/> and the same nonce, and chunks follow in both directions. Neither constant can
/// be taken for the header of a chunk.
/// </summary>
public static class LinkOpening
{
    public const int MagicSize = 16, NonceSize = 16, Size = MagicSize + NonceSize;

    /// <summary>Zeros before an opening on used pipes: they complete any chunk that was cut, which makes it corrupt.</summary>
    public const int PaddingSize = Chunk.MaxSize;

    public static ReadOnlySpan<byte> Ask =>
        [0x69, 0xD3, 0x0B, 0x2E, 0xCA, 0xFC, 0x98, 0x36, 0xD4, 0x28, 0xDC, 0x5E, 0xAF, 0x44, 0x69, 0x36];

    public static ReadOnlySpan<byte> Answer =>
        [0xE0, 0x0F, 0x3B, 0xB1, 0x81, 0x61, 0x6B, 0xF1, 0xA1, 0xAA, 0xC9, 0x1D, 0xA3, 0x4E, 0x55, 0xF1];
}
