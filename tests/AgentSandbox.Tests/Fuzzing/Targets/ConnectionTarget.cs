using System.IO.Pipelines;
using System.Text.Json;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;
using AgentSandbox.Server.Commands;
using AgentSandbox.Server.Files;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Problems;
using CommandExited = AgentSandbox.Protocol.Messages.CommandExited;

namespace AgentSandbox.Tests.Fuzzing.Targets;

/// <summary>
/// The server's side of a link while a guest that has been taken over says what it likes: every call that waits gets an answer
/// or a <see cref="GuestException"/>, what it got can be sent to a client, and the connection ends when the stream does.
/// </summary>
internal static class ConnectionTarget
{
    /// <summary>None, those that the calls below open, and two that nobody has.</summary>
    private const int Streams = 5;

    public static IEnumerable<FuzzTarget> All =>
    [
        new("guest-connection", input => OneThread.Run(context => RunAsync(context, input)))
        {
            Seeds = [.. Conversations.Select(conversation => (byte[])[(byte)conversation.Call, .. conversation.Says.SelectMany(Encode)])],
            Tokens = [.. Conversations.SelectMany(conversation => conversation.Says).Select(Encode)],
            Allocation = 1 << 20,
        },
    ];

    private sealed record Said(FrameType Type, byte Stream, byte[] Payload, FrameFlags Flags = FrameFlags.None);

    private static (int Call, Said[] Says)[] Conversations =>
    [
        (0, [new(FrameType.Reply, 1, [5]), new(FrameType.Data, 1, [1, 2], FrameFlags.Stderr), new(FrameType.Data, 1, [3], FrameFlags.Gap), new(FrameType.End, 1, Exited)]),
        (1, [new(FrameType.Reply, 1, []), new(FrameType.Data, 1, [.. Entry(Info), .. Entry(Info)]), new(FrameType.End, 1, [])]),
        (2, [new(FrameType.End, 1, Info), new(FrameType.End, 2, File), new(FrameType.Error, 3, [32, 0, 0])]),
        (4, [new(FrameType.Reply, 1, []), new(FrameType.Data, 1, Entry(File)), new(FrameType.Data, 1, Entry(File)), new(FrameType.End, 1, [])]),
        (5, [new(FrameType.Reply, 1, File), new(FrameType.Data, 1, new byte[100]), new(FrameType.End, 1, [])]),
        (6, [new(FrameType.Credit, 1, [0, 0, 1, 0]), new(FrameType.End, 1, []), new(FrameType.End, 2, File)]),
        (7, [new(FrameType.Pong, 0, [1, 0, 0, 0, 0, 0, 0, 0]), new(FrameType.Data, 4, [1]), new(FrameType.Error, 1, [1, 0, 2, 65, 66])]),
    ];

    private static byte[] Exited => Encode((ref writer) => new CommandExited(3, null, 5, 6, 7, false).Write(ref writer));

    private static byte[] Info => Encode((ref writer) => new CommandInfo(5, 60_000, ["sh"u8.ToArray()], true, "/tmp"u8.ToArray(), new(null, 9, 1, 2, 3, true)).Write(ref writer));

    private static byte[] File => Encode((ref writer) => FileEntry.Write(ref writer, "имя"u8, FileKind.SymbolicLink, 5, 0x1FF, 1_700_000_000, 7, "/x"u8));

    private delegate void Writer(ref WireWriter writer);

    private static byte[] Encode(Writer write)
    {
        var writer = new WireWriter(new byte[256]);
        write(ref writer);
        return writer.AsSpan().ToArray();
    }

    private static byte[] Entry(byte[] message) => [(byte)message.Length, 0, .. message];

    /// <summary>As <see cref="Expand"/> reads it: how often it is said, type, stream, flags, content.</summary>
    private static byte[] Encode(Said frame) =>
        [1, (byte)frame.Type, frame.Stream, (byte)frame.Flags, (byte)frame.Payload.Length, .. frame.Payload];

    private static async Task<int> RunAsync(OneThread context, byte[] input)
    {
        var portions = new Portions(input);
        using var raw = new MemoryGuest(portions);
        raw.Feed(Guest.Frames.HelloFrame());
        await using var connection = await GuestConnection.OpenAsync(raw, TimeProvider.System, CancellationToken.None);
        var script = new Script(input);
        var calls = Call(connection, script.Byte()).Select(EndAsync).ToArray();
        context.Drain();
        var served = 0;
        foreach (var frame in Expand(script))
        {
            raw.Feed(frame);
            context.Drain();
            if (!connection.Completion.IsCompleted) served++;
        }

        raw.End();
        context.Drain();
        Assert.True(connection.Completion.IsCompleted, "The connection outlives its stream.");
        Assert.All(calls, call => Assert.True(call.IsCompleted, "A call waits for ever."));
        return Outcome.Of([Math.Min(served, 12), Outcome.Scale(raw.Written), .. await Task.WhenAll(calls)]);
    }

    /// <summary>Two calls that follow each other in a list of all, and a ping. They have streams 1 and 2.</summary>
    private static Task<object>[] Call(GuestConnection guest, int first) => [Calls[first % Calls.Length](guest), Calls[(first + 1) % Calls.Length](guest), PingAsync(guest)];

    private static readonly Func<GuestConnection, Task<object>>[] Calls =
        [FollowAsync, ListCommandsAsync, GetCommandAsync, StatAsync, ListFilesAsync, ReadFileAsync, WriteStdinAsync, WriteFileAsync];

    private static async Task<object> FollowAsync(GuestConnection guest)
    {
        await using var command = await guest.StartAsync(new CommandStart { Args = ["true"] }, CancellationToken.None);
        Assert.True(command.Pid > 0);
        object? last = null;
        await foreach (var happened in command.ReadAsync(CancellationToken.None))
        {
            Assert.Null(last);
            if (happened is CommandEvent.Exited { Exit: var exit }) last = CommandShape.Exited(command.Pid, exit, oomKilled: false);
        }
        return last ?? throw new InvalidOperationException("It ended without an exit.");
    }

    private static async Task<object> ListCommandsAsync(GuestConnection guest) =>
        (await guest.ListCommandsAsync(CancellationToken.None)).Select(CommandShape.Response).ToArray();

    private static async Task<object> GetCommandAsync(GuestConnection guest) =>
        CommandShape.Response(await guest.GetCommandAsync(5, CancellationToken.None));

    private static async Task<object> StatAsync(GuestConnection guest) => FileShape.Response("x", await guest.StatAsync("x", CancellationToken.None));

    private static async Task<object> ListFilesAsync(GuestConnection guest)
    {
        var files = new List<FileResponse>();
        await foreach (var file in guest.ListAsync("x", CancellationToken.None)) files.Add(FileShape.Entry("x", file));
        return files;
    }

    private static async Task<object> ReadFileAsync(GuestConnection guest)
    {
        await using var file = await guest.OpenReadAsync("x", 0, null, CancellationToken.None);
        await file.CopyToAsync(Stream.Null, CancellationToken.None);
        return FileShape.Response("x", file.Status);
    }

    private static async Task<object> WriteFileAsync(GuestConnection guest) =>
        FileShape.Response("x", await guest.WriteAsync("x", PipeReader.Create(new MemoryStream(new byte[500])), new FileWriteOptions(), CancellationToken.None));

    private static async Task<object> WriteStdinAsync(GuestConnection guest)
    {
        await guest.WriteStdinAsync(5, new byte[300], end: true, CancellationToken.None);
        return "";
    }

    private static async Task<object> PingAsync(GuestConnection guest)
    {
        await guest.PingAsync(CancellationToken.None);
        return "";
    }

    private static async Task<int> EndAsync(Task<object> call)
    {
        try
        {
            return Outcome.Scale(JsonSerializer.SerializeToUtf8Bytes(await call, JsonSettings.Default).Length);
        }
        catch (GuestException exception)
        {
            return 1_000 + GuestProblems.Describe(exception.Code).Status;
        }
    }

    /// <summary>Frames, some of them many times over, and now and then bytes that are none.</summary>
    private static List<byte[]> Expand(Script script)
    {
        var frames = new List<byte[]>();
        while (script.HasMore)
        {
            var (times, type, stream, flags) = (script.Byte(), script.Byte(), (uint)script.Byte() % Streams, (FrameFlags)script.Byte());
            var payload = script.Block().ToArray();
            // Zero times is the payload as it is; very many are what a guest could flood the server with.
            frames.AddRange(times is 0 ? [payload] : Enumerable.Repeat(Guest.Frames.Frame((FrameType)(type % 12), stream, payload, flags), times > 250 ? 100 : 1));
        }
        return frames;
    }
}
