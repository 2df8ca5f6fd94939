using AgentSandbox.Protocol;

namespace AgentSandbox.Tests.Protocol;

public sealed class ChunkTests
{
    /// <summary>The check value of the catalogue of CRCs, and the vectors of RFC 3720, appendix B.4.</summary>
    [Fact]
    public void Crc32C_OfKnownBytes()
    {
        Assert.Equal(0xE3069283, Crc32C.Of("123456789"u8));
        Assert.Equal(0x8A9136AA, Crc32C.Of(new byte[32]));
        Assert.Equal(0x46DD794Eu, Crc32C.Of([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0u, Crc32C.Of([]));
    }

    [Fact]
    public void Opening_IsNoChunk()
    {
        Assert.Equal(ChunkState.Garbage, Chunk.Read(LinkOpening.Ask, out _));
        Assert.Equal(ChunkState.Garbage, Chunk.Read(LinkOpening.Answer, out _));
    }

    /// <summary>Wherever a chunk is cut: zeros in place of the rest never make another whole one of it.</summary>
    [Fact]
    public void Padding_CompletesACutChunk_AsNoChunk()
    {
        byte[] data = [.. Enumerable.Range(1, 300).Select(i => (byte)(i % 255 + 1))];
        var whole = Guest.Frames.ChunkOf(data);
        for (var cut = 0; cut < whole.Length; cut++)
        {
            byte[] padded = [.. whole[..cut], .. new byte[LinkOpening.PaddingSize]];
            Assert.True(Chunk.Read(padded, out _) is ChunkState.Corrupt or ChunkState.Garbage or ChunkState.End, $"{cut}");
        }
    }

    [Fact]
    public void Read_AnyBytes_StaysInBounds()
    {
        var random = new Random(1);
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            if (bytes.Length > 3) bytes.AsSpan(1, 3).Clear();   // plausible lengths

            var state = Chunk.Read(bytes, out var length);

            Assert.InRange(length, 0, Math.Max(0, bytes.Length - Chunk.HeaderSize));
            Assert.True(state != ChunkState.Incomplete || bytes.Length < Chunk.MaxSize);
        }
    }
}
