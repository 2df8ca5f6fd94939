using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;

namespace AgentSandbox.Tests.Guests;

public sealed class SendQueueTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_PeerNeverReads_FailsOnceFarTooMuchWaits()
    {
        var failed = new TaskCompletionSource<Exception>();
        var queue = new SendQueue(new StuckStream(), exception => failed.TrySetResult(exception));

        for (var i = 0; i < 300; i++) queue.Send(FrameType.Data, FrameFlags.None, 1, new byte[ProtocolLimits.MaxPayload]);

        Assert.IsType<ProtocolException>(await failed.Task.WaitAsync(Cancellation));
    }

    [Fact]
    public async Task WaitForRoom_PeerReadsAgain_GoesOn()
    {
        var stream = new StuckStream();
        var queue = new SendQueue(stream, exception => throw exception);
        for (var i = 0; i < 10; i++) queue.Send(FrameType.Data, FrameFlags.None, 1, new byte[ProtocolLimits.MaxPayload]);
        var waiting = queue.WaitForRoomAsync(Cancellation);
        Assert.False(waiting.IsCompleted);

        stream.Release();

        await waiting.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task WaitForRoom_Closed_GoesOn()
    {
        var queue = new SendQueue(new StuckStream(), exception => throw exception);
        for (var i = 0; i < 10; i++) queue.Send(FrameType.Data, FrameFlags.None, 1, new byte[ProtocolLimits.MaxPayload]);
        var waiting = queue.WaitForRoomAsync(Cancellation);

        queue.Close();

        await waiting.WaitAsync(Cancellation);
    }

    private sealed class StuckStream : MemoryStream
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _released.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await _released.Task;
    }
}
