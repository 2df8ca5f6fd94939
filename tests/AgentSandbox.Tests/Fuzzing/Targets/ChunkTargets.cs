using AgentSandbox.Guest.Loop;
using AgentSandbox.Guest.Native;
using AgentSandbox.Guest.Stdio;
using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;

namespace AgentSandbox.Tests.Fuzzing.Targets;

/// <summary>
/// Both readers of chunks and both ends of an opening. However the bytes are cut, they give what a plain reading of the whole
/// gives.
/// </summary>
internal static class ChunkTargets
{
    public static IEnumerable<FuzzTarget> All =>
    [
        // Most of it is the test itself: the input as bytes, what was read of it, and what should have been.
        new("chunk-stream", input => ReadStream(input)) { Seeds = Seeds, Allocation = 1 << 20 },
        new("stdio-link", Open) { Seeds = Seeds, Allocation = 1 << 20 },
        new("chunk-input", ReadInput) { Seeds = Seeds, Allocation = 300 * 1024 },
    ];

    // Kind, length, content: see Append.
    private static byte[][] Seeds =>
    [
        [0, 3, 1, 2, 3, 0, 1, 9, 2],
        [0, 3, 1, 2, 3, 3, 2, 5, 6, 0, 1, 1],
        [4, 1, 8, 5, 0, 2, 7, 7, 0, 200, 1, 6, 2, 0, 1, 1],
        [1, 40, 1, 2, 3, 4, 4, 5, 0, 1, 1],
    ];

    private static int ReadStream(byte[] input)
    {
        var bytes = Expand(input, new byte[LinkOpening.NonceSize]);
        var (expected, fails) = ReadPlainly(bytes);
        var first = bytes.Length == 0 ? 0 : input[0] % bytes.Length;
        var read = OneThread.Run(_ => ReadAllAsync(bytes[first..], bytes[..first], new Portions(input)));
        Assert.Equal(expected, read.Data);
        Assert.Equal(fails, read.Fails);
        return Outcome.Of(Outcome.Scale(expected.Length), fails ? 1 : 0);
    }

    private static async Task<(byte[] Data, bool Fails)> ReadAllAsync(byte[] bytes, byte[] received, Portions portions)
    {
        using var raw = new MemoryGuest(portions);
        raw.Feed(bytes);
        raw.End();
        await using var stream = new ChunkStream(raw, received);
        return await ReadToEndAsync(stream, portions);
    }

    private static async Task<(byte[] Data, bool Fails)> ReadToEndAsync(Stream stream, Portions portions)
    {
        var data = new MemoryStream();
        var buffer = new byte[4_096];
        try
        {
            while (await stream.ReadAsync(buffer.AsMemory(0, portions.Next())) is > 0 and var count) data.Write(buffer, 0, count);
            return (data.ToArray(), false);
        }
        catch (IOException)
        {
            return (data.ToArray(), true);
        }
    }

    /// <summary>What comes before the right answer is passed over, whatever it is; what comes behind it is the link's.</summary>
    private static int Open(byte[] input) => OneThread.Run(async context =>
    {
        var portions = new Portions(input);
        using var raw = new MemoryGuest(portions);
        var opening = StdioLink.OpenAsync(raw, isFirst: true, CancellationToken.None);
        context.Drain();
        var nonce = raw.Said[LinkOpening.MagicSize..];
        var bytes = Expand(input, nonce);
        raw.Feed(bytes);
        raw.End();
        context.Drain();

        byte[] answer = [.. LinkOpening.Answer, .. nonce];
        var at = bytes.AsSpan().IndexOf(answer);
        try
        {
            await using var stream = await opening;
            var (expected, fails) = ReadPlainly(bytes.AsSpan(at + answer.Length));
            var read = await ReadToEndAsync(stream, portions);
            Assert.Equal(expected, read.Data);
            Assert.Equal(fails, read.Fails);
            return Outcome.Of(1, Outcome.Scale(at), Outcome.Scale(expected.Length), fails ? 1 : 0);
        }
        catch (GuestException exception)
        {
            Assert.Equal(GuestErrorCode.ConnectionLost, exception.Code);
            Assert.True(at < 0);
            return 0;
        }
    });

    /// <summary>The guest's side, over a real pipe.</summary>
    private static unsafe int ReadInput(byte[] input)
    {
        // Everything fits into the pipe.
        var bytes = Expand(input, new byte[LinkOpening.NonceSize]);
        var portions = new Portions(input);
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        using var loop = new EventLoop();
        using var chunks = new ChunkInput(loop, Duplicate(pipe.ClientSafePipeHandle));
        pipe.DisposeLocalCopyOfClientHandle();
        var target = stackalloc byte[4_096];
        int links = 0, total = 0, sent = 0;
        var isOpen = false;
        while (!chunks.HasEnded || chunks.HasMore)
        {
            Send();
            chunks.OnReady(Readiness.Readable);
            Serve();
        }
        Assert.InRange(total, 0, bytes.Length);
        return Outcome.Of(links, Outcome.Scale(total));

        void Send()
        {
            var count = Math.Min(portions.Next(), bytes.Length - sent);
            if (count > 0) pipe.Write(bytes, sent, count);
            else pipe.Dispose();
            sent += count;
        }

        void Serve()
        {
            Span<byte> nonce = stackalloc byte[LinkOpening.NonceSize];
            for (var turns = 0; ; turns++)
            {
                Assert.InRange(turns, 0, bytes.Length + 2);
                if (!isOpen && !chunks.TryFindOpening(nonce)) return;
                if (!isOpen) links++;
                isOpen = true;
                var count = chunks.Read(target, portions.Next());
                if (count == 0) return;
                isOpen = count > 0;
                total += Math.Max(count, 0);
            }
        }
    }

    private static int Duplicate(Microsoft.Win32.SafeHandles.SafePipeHandle handle) =>
        Libc.Fcntl((int)handle.DangerousGetHandle(), DuplicateCloseOnExec, 3);

    private const int DuplicateCloseOnExec = 1030;

    private static (byte[] Data, bool Fails) ReadPlainly(ReadOnlySpan<byte> bytes)
    {
        var data = new MemoryStream();
        while (true)
        {
            var state = Chunk.Read(bytes, out var length);
            if (state is not ChunkState.Whole) return (data.ToArray(), state is ChunkState.Corrupt or ChunkState.Garbage);
            data.Write(bytes.Slice(Chunk.HeaderSize, length));
            bytes = bytes[(Chunk.HeaderSize + length)..];
        }
    }

    private static byte[] Expand(byte[] input, ReadOnlySpan<byte> nonce)
    {
        var bytes = new List<byte>();
        var script = new Script(input);
        while (script.HasMore) Append(bytes, script.Byte(), script.Block(), nonce);
        return [.. bytes];
    }

    private static void Append(List<byte> bytes, byte kind, ReadOnlySpan<byte> content, ReadOnlySpan<byte> nonce)
    {
        switch (kind % 8)
        {
            case 0 when !content.IsEmpty:
                bytes.AddRange(Guest.Frames.ChunkOf(content.ToArray()));
                break;
            case 2:
                bytes.AddRange(Chunk.End);
                break;
            case 3:
                var corrupt = Guest.Frames.ChunkOf([.. content, 1]);
                corrupt[^1] ^= 1;
                bytes.AddRange(corrupt);
                break;
            case 4:
                bytes.AddRange(LinkOpening.Ask);
                bytes.AddRange(new byte[LinkOpening.NonceSize]);
                break;
            case 5:
                bytes.AddRange(LinkOpening.Answer);
                bytes.AddRange(nonce);
                break;
            case 6:
                bytes.AddRange(LinkOpening.Answer[..Math.Min(content.Length, LinkOpening.MagicSize)]);
                break;
            case 7:
                // A large one: more than a buffer for idle links holds.
                bytes.AddRange(Guest.Frames.ChunkOf(new byte[300 + content.Length]));
                break;
            default:
                bytes.AddRange(content);
                break;
        }
    }
}
