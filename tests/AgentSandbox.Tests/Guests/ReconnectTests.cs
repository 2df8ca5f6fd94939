using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;
using Microsoft.Extensions.Time.Testing;

namespace AgentSandbox.Tests.Guests;

/// <summary>A connection outlives its streams, for as long as there are new ones to be had.</summary>
public sealed class ReconnectTests : IAsyncDisposable
{
    private readonly FakeGuest _first = new();
    private readonly FakeGuest _second = new();
    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource<Stream?> _newStream = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task Request_WhileThereIsNoStream_WaitsForTheNextOne()
    {
        await using var connection = await ConnectAsync();
        _first.HangUp();
        await connection.WaitForLossAsync();
        Assert.False(connection.IsConnected);

        var ping = connection.PingAsync(Cancellation);
        await _second.SendHelloAsync();
        _newStream.SetResult(_second.ServerEnd);
        await connection.WaitForLinkAsync();
        await _second.ReadAsync();
        var (header, payload) = await _second.ReadAsync();
        Assert.Equal(FrameType.Ping, header.Type);
        await _second.SendAsync(FrameType.Pong, 0, payload);

        await ping;
        Assert.True(connection.IsConnected);
        Assert.False(connection.Completion.IsCompleted);
    }

    [Fact]
    public async Task Request_WhileThereIsNoStream_GivesUpInTime()
    {
        await using var connection = await ConnectAsync();
        _first.HangUp();
        await connection.WaitForLossAsync();

        var ping = connection.PingAsync(Cancellation);
        _time.Advance(GuestConnection.Patience);

        var failure = await Assert.ThrowsAsync<GuestException>(() => ping);
        Assert.Equal(GuestErrorCode.ConnectionLost, failure.Code);
        Assert.False(connection.Completion.IsCompleted);
    }

    [Fact]
    public async Task Completion_NoNewStream_ComesAndEndsWhoWaits()
    {
        await using var connection = await ConnectAsync();
        _first.HangUp();
        await connection.WaitForLossAsync();
        var ping = connection.PingAsync(Cancellation);

        _newStream.SetResult(null);

        await connection.Completion.WaitAsync(Cancellation);
        await Assert.ThrowsAsync<GuestException>(() => ping);
        await Assert.ThrowsAsync<GuestException>(() => connection.PingAsync(Cancellation));
    }

    [Fact]
    public async Task Dispose_WhileReconnecting_EndsTheAttempt()
    {
        var cancelled = new TaskCompletionSource();
        await _first.SendHelloAsync();
        var connection = await GuestConnection.OpenAsync(_first.ServerEnd, _time, Cancellation, async token =>
        {
            token.Register(cancelled.SetResult);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return null;
        });
        _first.HangUp();
        await connection.WaitForLossAsync();

        await connection.DisposeAsync();

        await cancelled.Task.WaitAsync(Cancellation);
        Assert.True(connection.Completion.IsCompleted);
    }

    [Fact]
    public async Task Reconnect_StreamsThatBreakAtOnce_AreNotAskedForForEver()
    {
        var asked = 0;
        await _first.SendHelloAsync();
        await using var connection = await GuestConnection.OpenAsync(_first.ServerEnd, _time, Cancellation, async _ =>
        {
            asked++;
            var guest = new FakeGuest();
            await guest.SendHelloAsync();
            guest.HangUp();
            return guest.ServerEnd;
        });

        _first.HangUp();

        await connection.Completion.WaitAsync(Cancellation);
        Assert.InRange(asked, 1, 10);
    }

    private async Task<GuestConnection> ConnectAsync()
    {
        await _first.SendHelloAsync();
        var connection = await GuestConnection.OpenAsync(_first.ServerEnd, _time, Cancellation, _newStream.Task.WaitAsync);
        await _first.ReadAsync();
        return connection;
    }
}
