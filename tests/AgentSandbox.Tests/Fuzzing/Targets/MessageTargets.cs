using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Tests.Fuzzing.Targets;

/// <summary>
/// The messages of the guest protocol. A decoder returns or throws its one exception; what it returns is written and read
/// again as the same.
/// </summary>
internal static class MessageTargets
{
    private delegate T Reader<out T>(ref WireReader reader);

    private delegate void Writer<in T>(T message, ref WireWriter writer);

    public static IEnumerable<FuzzTarget> All =>
    [
        Of("start-command", StartCommand.Read, (message, ref writer) => message.Write(ref writer), Commands),
        Of("command-exited", CommandExited.Read, (message, ref writer) => message.Write(ref writer), Exits),
        Of("command-info", CommandInfo.Read, (message, ref writer) => message.Write(ref writer), Infos),
        Of("file-entry", FileEntry.Read, Write, Entries),
        Of("write-file", WriteFile.Read, (message, ref writer) => message.Write(ref writer), Writes),
        Of("hello", (ref reader) => Hello.Read(Rest(ref reader)), (message, ref writer) => message.Write(ref writer), [new Hello(1, 65_536, "guest 1.0")]),
        Of("guest-error", (ref reader) => GuestError.Read(Rest(ref reader)), (message, ref writer) => message.Write(ref writer), [new GuestError(GuestErrorCode.NotFound, "errno 2")]),
        new("frame-header", ReadHeader) { Seeds = [Encode(new FrameHeader(5, FrameType.Data, FrameFlags.Stderr, 7))], MaxLength = 64 },
        new("chunk", ReadChunk) { Seeds = [Guest.Frames.ChunkOf([1, 2, 3]), Chunk.End.ToArray()], MaxLength = 128 },
    ];

    private static StartCommand[] Commands =>
    [
        new() { Arguments = [] },
        new()
        {
            Arguments = ["sh"u8.ToArray(), "-c"u8.ToArray(), "exit 3"u8.ToArray()],
            WorkingDirectory = "/tmp"u8.ToArray(),
            Environment = [new("PATH"u8.ToArray(), "/bin"u8.ToArray()), new("EMPTY"u8.ToArray(), [])],
            OpenStdin = true,
            TimeoutMs = 60_000,
            GraceMs = 2_000,
        },
        new() { Arguments = [.. Enumerable.Range(0, 20).Select(length => new byte[length])], TimeoutMs = uint.MaxValue },
    ];

    private static CommandExited[] Exits => [new(0, null, 5, 6, 7, false), new(null, 9, long.MaxValue, 1 << 30, 1 << 20, true)];

    private static CommandInfo[] Infos =>
    [
        new(1, 2, [], false, [], null),
        new(int.MaxValue, long.MaxValue, ["sleep"u8.ToArray(), "5"u8.ToArray()], true, "/home"u8.ToArray(), Exits[1]),
    ];

    private static FileEntry[] Entries =>
    [
        new("name", FileKind.File, 5, 0x1A4, 1_700_000_000, 999_999_999, null),
        new("ссылка", FileKind.SymbolicLink, long.MaxValue, 0xFFF, long.MinValue, 0, "/etc/passwd"),
    ];

    private static WriteFile[] Writes => [new("a/b"u8.ToArray(), true, false, true, 0x1FF), new([], false, true, false, null)];

    private static FuzzTarget Of<T>(string name, Reader<T> read, Writer<T> write, IEnumerable<T> seeds) where T : notnull => new(name, input =>
    {
        try
        {
            var reader = new WireReader(input);
            var message = read(ref reader);
            var bytes = Encode(message, write, (2 * input.Length) + 64);
            var again = new WireReader(bytes);
            Assert.Equal(bytes, Encode(read(ref again), write, bytes.Length));
            return Outcome.Of(Outcome.Scale(bytes.Length), reader.IsAtEnd ? 1 : 0);
        }
        catch (ProtocolException exception)
        {
            return Outcome.Of(exception.Message);
        }
    })
    {
        Seeds = [.. seeds.Select(message => Encode(message, write, 4_096))],
    };

    private static byte[] Encode<T>(T message, Writer<T> write, int capacity)
    {
        // What is not UTF-8 becomes a character of three bytes.
        var writer = new WireWriter(new byte[3 * capacity]);
        write(message, ref writer);
        Assert.False(writer.Overflowed);
        return writer.AsSpan().ToArray();
    }

    private static void Write(FileEntry entry, ref WireWriter writer) => FileEntry.Write(
        ref writer, System.Text.Encoding.UTF8.GetBytes(entry.Name), entry.Kind, entry.Size, entry.Mode, entry.ModifiedSeconds,
        entry.ModifiedNanoseconds, System.Text.Encoding.UTF8.GetBytes(entry.LinkTarget ?? ""));

    private static ReadOnlySpan<byte> Rest(ref WireReader reader)
    {
        var rest = new List<byte>();
        while (!reader.IsAtEnd) rest.Add(reader.ReadByte());
        return rest.ToArray();
    }

    private static byte[] Encode(FrameHeader header)
    {
        var bytes = new byte[FrameHeader.Size];
        header.Write(bytes);
        return bytes;
    }

    private static int ReadHeader(byte[] input)
    {
        try
        {
            if (!FrameHeader.TryRead(input, out var header)) return 0;
            Assert.InRange(header.Length, 0, ProtocolLimits.MaxPayload);
            Assert.True(FrameHeader.TryRead(Encode(header), out var again));
            Assert.Equal(header, again);
            return Outcome.Of((int)header.Type, Outcome.Scale(header.Length));
        }
        catch (ProtocolException)
        {
            return 1;
        }
    }

    private static int ReadChunk(byte[] input)
    {
        var state = Chunk.Read(input, out var length);
        Assert.InRange(length, 0, Math.Max(0, input.Length - Chunk.HeaderSize));
        if (state is ChunkState.Whole) Assert.Equal(input[..(Chunk.HeaderSize + length)], Guest.Frames.ChunkOf(input[Chunk.HeaderSize..(Chunk.HeaderSize + length)]));
        return Outcome.Of((int)state, Outcome.Scale(length));
    }
}
