using System.Security.Cryptography;
using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;
using static AgentSandbox.Tests.Guest.Frames;

namespace AgentSandbox.Tests.Guests;

/// <summary>What the server does with a stream of chunks that a guest, perhaps one that was taken over, sends it.</summary>
public sealed class ChunkStreamTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    [InlineData(1_000_000)]
    public async Task Read_HoweverItArrives_IsExact(int portion)
    {
        var content = RandomNumberGenerator.GetBytes(200_000);
        var bytes = content.Chunk(40_000).SelectMany(ChunkOf).ToArray();
        await using var stream = new ChunkStream(new PortionStream(bytes[10..], portion), bytes.AsSpan(0, 10));

        var read = new byte[content.Length];
        await stream.ReadExactlyAsync(read, Cancellation);

        Assert.Equal(content, read);
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Cancellation));
    }

    [Fact]
    public async Task Read_WithoutABuffer_WaitsForInput()
    {
        await using var stream = new ChunkStream(new PortionStream(ChunkOf([1, 2, 3]), 100), []);

        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, Cancellation));
        Assert.Equal(3, await stream.ReadAsync(new byte[10], Cancellation));
    }

    [Fact]
    public async Task Read_ATailThatCameWithTheAnswer_IsNotLost()
    {
        var content = RandomNumberGenerator.GetBytes(60_000);
        await using var stream = new ChunkStream(new PortionStream([], 1), ChunkOf(content));

        var read = new byte[content.Length];
        await stream.ReadExactlyAsync(read, Cancellation);

        Assert.Equal(content, read);
    }

    [Fact]
    public async Task Read_AfterTheEnd_GivesNothing()
    {
        await using var stream = new ChunkStream(new PortionStream([.. Chunk.End, .. ChunkOf([1])], 100), []);

        Assert.Equal(0, await stream.ReadAsync(new byte[10], Cancellation));
    }

    [Fact]
    public Task Read_WrongSum_Fails() => FailsAsync([4, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);

    [Fact]
    public Task Read_AbsurdLength_Fails() => FailsAsync([0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4]);

    [Fact]
    public Task Read_NoLength_Fails() => FailsAsync([0, 0, 0, 0, 1, 2, 3, 4]);

    [Fact]
    public async Task Write_Large_BecomesWholeChunks()
    {
        var content = RandomNumberGenerator.GetBytes((2 * Chunk.MaxData) + 5);
        var raw = new MemoryStream();
        await using (var stream = new ChunkStream(raw, [])) await stream.WriteAsync(content, Cancellation);

        await using var back = new ChunkStream(new PortionStream(raw.ToArray(), 10_000), []);
        var read = new byte[content.Length];
        await back.ReadExactlyAsync(read, Cancellation);

        Assert.Equal(content, read);
        Assert.Equal(0, await back.ReadAsync(new byte[1], Cancellation));   // and a goodbye
    }

    private static async Task FailsAsync(byte[] bytes)
    {
        await using var stream = new ChunkStream(new PortionStream(bytes, 100), []);

        await Assert.ThrowsAsync<IOException>(() => stream.ReadExactlyAsync(new byte[100], Cancellation).AsTask());
    }

    private sealed class PortionStream(byte[] bytes, int portion) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, portion)], cancellationToken);
    }
}
