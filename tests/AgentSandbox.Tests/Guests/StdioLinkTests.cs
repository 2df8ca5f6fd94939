using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;

namespace AgentSandbox.Tests.Guests;

/// <summary>The server's side of an opening, towards whatever may be at the other end.</summary>
public sealed class StdioLinkTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, LinkOpening.Size)]
    [InlineData(false, LinkOpening.PaddingSize + LinkOpening.Size)]
    public async Task Open_AfterOldOutputAndForeignAnswers_BeginsBehindItsOwn(bool isFirst, int openingSize)
    {
        await using var guest = new FakeGuest();
        var opening = StdioLink.OpenAsync(guest.ServerEnd, isFirst, Cancellation);
        var asked = await guest.ReadRawAsync(openingSize);
        Assert.True(asked.AsSpan(0, openingSize - LinkOpening.Size).IndexOfAnyExcept((byte)0) < 0);
        Assert.True(LinkOpening.Ask.SequenceEqual(asked.AsSpan(openingSize - LinkOpening.Size, LinkOpening.MagicSize)));

        var nonce = asked[^LinkOpening.NonceSize..];
        await guest.SendRawAsync(new byte[100_000]);
        await guest.SendRawAsync([.. LinkOpening.Answer, .. new byte[LinkOpening.NonceSize]]);
        await guest.SendRawAsync([.. LinkOpening.Answer, .. nonce[..^1], (byte)(nonce[^1] ^ 1)]);
        await guest.SendRawAsync([.. LinkOpening.Answer, .. nonce[..5]]);
        Assert.False(opening.IsCompleted);
        await guest.SendRawAsync([.. LinkOpening.Answer, .. nonce, .. Guest.Frames.ChunkOf([7])]);

        await using var stream = await opening;
        var first = new byte[10];
        Assert.Equal(1, await stream.ReadAsync(first, Cancellation));
        Assert.Equal(7, first[0]);
    }

    [Fact]
    public async Task Open_NobodyThere_IsALostConnection()
    {
        await using var guest = new FakeGuest();
        guest.HangUp();

        var exception = await Assert.ThrowsAsync<GuestException>(() => StdioLink.OpenAsync(guest.ServerEnd, isFirst: true, Cancellation));

        Assert.Equal(GuestErrorCode.ConnectionLost, exception.Code);
    }

    [Fact]
    public async Task Open_NoAnswer_EndsWhenTheCallerStopsWaiting()
    {
        await using var guest = new FakeGuest();
        using var patience = new CancellationTokenSource();
        var opening = StdioLink.OpenAsync(guest.ServerEnd, isFirst: true, patience.Token);
        await guest.SendRawAsync(new byte[1_000]);

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
    }

    [Fact]
    public async Task Open_EndlessOutputWithoutAnAnswer_IsALostConnection()
    {
        await using var endless = new EndlessStream();

        var exception = await Assert.ThrowsAsync<GuestException>(() => StdioLink.OpenAsync(endless, isFirst: true, Cancellation));

        Assert.Equal(GuestErrorCode.ConnectionLost, exception.Code);
    }

    private sealed class EndlessStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(buffer.Length);
    }
}
