using System.Buffers.Binary;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;
using AgentSandbox.Server.Guests;

namespace AgentSandbox.Tests.Guests;

/// <summary>A guest that has been taken over can end its own link, and nothing else.</summary>
public sealed class HostileGuestTests : IAsyncDisposable
{
    private readonly FakeGuest _guest = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static CommandStart Start { get; } = new() { Args = ["x"] };

    public ValueTask DisposeAsync() => _guest.DisposeAsync();

    [Fact]
    public async Task Hello_Garbage_IsConnectionLost()
    {
        await _guest.SendRawAsync(new byte[1000]);

        await AssertLostAsync(GuestConnection.OpenAsync(_guest.ServerEnd, TimeProvider.System, Cancellation));
    }

    [Fact]
    public async Task Hello_VersionZero_IsConnectionLost()
    {
        await _guest.SendHelloAsync(version: 0);

        await AssertLostAsync(GuestConnection.OpenAsync(_guest.ServerEnd, TimeProvider.System, Cancellation));
    }

    [Fact]
    public async Task Hello_NewerVersion_IsAccepted()
    {
        await _guest.SendHelloAsync(version: 2);

        await using var connection = await GuestConnection.OpenAsync(_guest.ServerEnd, TimeProvider.System, Cancellation);

        Assert.Equal(new GuestHello(2, "fake"), connection.Hello);
    }

    [Fact]
    public async Task Hello_NeverComes_CanBeCancelled()
    {
        using var cancelled = new CancellationTokenSource();
        var opening = GuestConnection.OpenAsync(_guest.ServerEnd, TimeProvider.System, cancelled.Token);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
    }

    [Fact]
    public async Task HangUp_EndsEveryCall()
    {
        await using var connection = await _guest.ConnectAsync();
        var calls = new[] { connection.PingAsync(Cancellation), connection.StartAsync(Start, Cancellation), connection.StatAsync("x", Cancellation) };

        _guest.HangUp();

        foreach (var call in calls) await AssertLostAsync(call);
        await connection.Completion.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task Pong_Unasked_EndsTheLink()
    {
        await using var connection = await _guest.ConnectAsync();

        await _guest.SendAsync(FrameType.Pong, 0, new byte[8]);

        await connection.Completion.WaitAsync(Cancellation);
    }

    [Theory]
    [InlineData(FrameType.Hello)]
    [InlineData(FrameType.Request)]
    [InlineData((FrameType)200)]
    public async Task Frame_ThatOnlyTheServerSends_EndsTheLink(FrameType type)
    {
        await using var connection = await _guest.ConnectAsync();
        var call = connection.StatAsync("x", Cancellation);
        var id = (await _guest.ReadAsync()).Header.Stream;

        await _guest.SendAsync(type, id, []);

        await AssertLostAsync(call);
    }

    [Fact]
    public async Task Frame_TooLong_EndsTheLink()
    {
        await using var connection = await _guest.ConnectAsync();
        var header = new byte[FrameHeader.Size];
        BinaryPrimitives.WriteUInt32LittleEndian(header, uint.MaxValue);

        await _guest.SendRawAsync(header);

        await connection.Completion.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task Answer_Malformed_IsConnectionLost()
    {
        await using var connection = await _guest.ConnectAsync();
        var call = connection.StatAsync("x", Cancellation);
        var id = (await _guest.ReadAsync()).Header.Stream;

        await _guest.SendAsync(FrameType.End, id, [200]);

        await AssertLostAsync(call);
        await connection.Completion.WaitAsync(Cancellation);
    }

    /// <summary>Was once forgotten before it was found to be malformed, and its caller waited for ever.</summary>
    [Fact]
    public async Task Error_Malformed_IsConnectionLost()
    {
        await using var connection = await _guest.ConnectAsync();
        var call = connection.StatAsync("x", Cancellation);
        var id = (await _guest.ReadAsync()).Header.Stream;

        await _guest.SendAsync(FrameType.Error, id, [1]);

        await AssertLostAsync(call);
    }

    [Fact]
    public async Task Answer_Twice_EndsTheLink()
    {
        await using var connection = await _guest.ConnectAsync();
        var (_, id) = await StartAsync(connection);

        await _guest.SendAsync(FrameType.Reply, id, [1]);

        await connection.Completion.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task Error_UnknownCode_IsTyped()
    {
        await using var connection = await _guest.ConnectAsync();
        var call = connection.StatAsync("x", Cancellation);
        var id = (await _guest.ReadAsync()).Header.Stream;

        await _guest.SendAsync(FrameType.Error, id, [0x39, 0x30, 2, 0x1B, (byte)'[']);

        var exception = await Assert.ThrowsAsync<GuestException>(() => call);
        Assert.Equal((GuestErrorCode)12345, exception.Code);
        Assert.DoesNotContain('\u001b', exception.Message);
    }

    [Fact]
    public async Task Data_BeyondItsCredit_EndsTheLink()
    {
        await using var connection = await _guest.ConnectAsync();
        var (command, id) = await StartAsync(connection);

        for (var sent = 0; sent <= 512 * 1024; sent += ProtocolLimits.MaxPayload)
            await _guest.SendAsync(FrameType.Data, id, new byte[ProtocolLimits.MaxPayload]);

        await connection.Completion.WaitAsync(Cancellation);
        await command.DisposeAsync();
    }

    [Fact]
    public async Task Data_EmptyFrames_CostCreditToo()
    {
        await using var connection = await _guest.ConnectAsync();
        var (_, id) = await StartAsync(connection);

        for (var i = 0; i <= 512 * 1024 / FrameHeader.Size; i++) await _guest.SendAsync(FrameType.Data, id, []);

        await connection.Completion.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task Data_SingleBytesOfBothChannels_StayInOrder()
    {
        await using var connection = await _guest.ConnectAsync();
        var (command, id) = await StartAsync(connection);
        for (var i = 0; i < 1000; i++)
            await _guest.SendAsync(FrameType.Data, id, [(byte)i], i % 3 == 0 ? FrameFlags.Stderr : FrameFlags.None);
        await _guest.SendAsync(FrameType.End, id, [0, 0, 0, 0, 0, 0]);

        var bytes = new List<(byte, CommandStream)>();
        await foreach (var happened in command.ReadAsync(Cancellation))
        {
            if (happened is CommandEvent.Output output) bytes.AddRange(output.Data.ToArray().Select(value => (value, output.Stream)));
        }

        Assert.Equal(
            Enumerable.Range(0, 1000).Select(i => ((byte)i, i % 3 == 0 ? CommandStream.Stderr : CommandStream.Stdout)), bytes);
    }

    [Fact]
    public async Task Data_ThatNobodyAskedFor_IsToleratedForAWhileOnly()
    {
        await using var connection = await _guest.ConnectAsync();

        for (var i = 0; i < 20; i++) await _guest.SendAsync(FrameType.Data, 999, new byte[ProtocolLimits.MaxPayload]);

        await connection.Completion.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task Data_AfterCancel_IsLetPass()
    {
        await using var connection = await _guest.ConnectAsync();
        for (var i = 0; i < 30; i++)
        {
            var (command, id) = await StartAsync(connection);
            await command.DisposeAsync();
            await _guest.ReadAsync();   // the cancel
            for (var frames = 0; frames < 7; frames++) await _guest.SendAsync(FrameType.Data, id, new byte[ProtocolLimits.MaxPayload]);
        }

        await StartAsync(connection);
        Assert.False(connection.Completion.IsCompleted);
    }

    [Fact]
    public async Task Credit_BeyondReason_EndsTheLink()
    {
        await using var connection = await _guest.ConnectAsync();
        var (_, id) = await StartAsync(connection);

        await _guest.SendAsync(FrameType.Credit, id, [0xFF, 0xFF, 0xFF, 0x7F]);

        await connection.Completion.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task Guest_ThatTakesNoData_HoldsUpItsWriterOnly()
    {
        await using var connection = await _guest.ConnectAsync(window: 1000);
        var (command, _) = await StartAsync(connection);
        var writing = command.WriteStdinAsync(new byte[100_000], Cancellation).AsTask();

        var (header, _) = await _guest.ReadAsync();
        Assert.Equal((FrameType.Data, 1000 - FrameHeader.Size), (header.Type, header.Length));
        Assert.False(writing.IsCompleted);

        _guest.HangUp();
        await writing;
    }

    [Fact]
    public async Task RandomFrames_EndTheLinkAtMost()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            await using var guest = new FakeGuest();
            await using var connection = await guest.ConnectAsync();
            var calls = new Task[] { connection.StartAsync(Start, Cancellation), connection.StatAsync("x", Cancellation), connection.PingAsync(Cancellation) };
            for (var i = 0; i < 30; i++)
            {
                var payload = new byte[random.Next(40)];
                random.NextBytes(payload);
                await guest.SendAsync((FrameType)random.Next(1, 12), (uint)random.Next(4), payload, (FrameFlags)random.Next(32));
            }
            guest.HangUp();

            await connection.Completion.WaitAsync(Cancellation);
            foreach (var call in calls) await Record.ExceptionAsync(() => call.WaitAsync(Cancellation));
            Assert.All(calls, call => Assert.True(call.Exception?.InnerException is null or GuestException, call.Exception?.ToString()));
        }
    }

    private async Task<(GuestCommand Command, uint Id)> StartAsync(GuestConnection connection)
    {
        var starting = connection.StartAsync(Start, Cancellation);
        var (header, payload) = await _guest.ReadAsync();
        Assert.Equal((FrameType.Request, (byte)GuestMethod.StartCommand), (header.Type, payload[0]));
        await _guest.SendAsync(FrameType.Reply, header.Stream, [42]);
        return (await starting, header.Stream);
    }

    private static async Task AssertLostAsync(Task task) =>
        Assert.Equal(GuestErrorCode.ConnectionLost, (await Assert.ThrowsAsync<GuestException>(() => task.WaitAsync(Cancellation))).Code);
}
