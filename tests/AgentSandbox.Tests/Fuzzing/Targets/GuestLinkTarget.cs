using System.Runtime.InteropServices;
using AgentSandbox.Guest.Commands;
using AgentSandbox.Guest.Files;
using AgentSandbox.Guest.Links;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;
using GuestStream = AgentSandbox.Guest.Links.GuestStream;

namespace AgentSandbox.Tests.Fuzzing.Targets;

/// <summary>
/// The guest's side of a link: whatever comes in, it ends with its one exception or goes on, never works without end, and what
/// it says is whole frames. Requests are read as the guest reads them, but nothing is done.
/// </summary>
internal static class GuestLinkTarget
{
    public static IEnumerable<FuzzTarget> All =>
    [
        new("guest-link", Run)
        {
            Seeds = [.. Conversations.Select(frames => frames.SelectMany(frame => frame).ToArray())],
            Tokens = [.. Conversations.SelectMany(frames => frames)],
            MaxLength = 2_048,
            Allocation = 64 * 1024,
        },
    ];

    private static byte[][][] Conversations =>
    [
        [Guest.Frames.HelloFrame(), Say(FrameType.Ping, 0, [1, 2, 3])],
        [Guest.Frames.HelloFrame(100), Say(FrameType.Request, 1, Start), Say(FrameType.Data, 1, new byte[50]), Say(FrameType.Credit, 1, [0, 1, 0, 0]), Say(FrameType.Data, 1, [], FrameFlags.Last)],
        [Guest.Frames.HelloFrame(), Say(FrameType.Request, 2, [(byte)GuestMethod.StartCommand], FrameFlags.More), Say(FrameType.Request, 2, Start[1..])],
        [Guest.Frames.HelloFrame(), Say(FrameType.Request, 3, [(byte)GuestMethod.WriteFile, 1, (byte)'x', 1, 0, 0, 1, 7]), Say(FrameType.Cancel, 3, [], FrameFlags.Kill)],
        [Guest.Frames.HelloFrame(), Say(FrameType.Request, 4, [(byte)GuestMethod.MoveFile, 2, (byte)'x', (byte)'/', 1, (byte)'/', 1]), Say(FrameType.Request, 5, [99])],
        [Guest.Frames.HelloFrame(), Say(FrameType.Request, 6, [(byte)GuestMethod.SignalCommand, 5, 9])],
    ];

    private static byte[] Start
    {
        get
        {
            var start = new StartCommand { Arguments = ["true"u8.ToArray()], Environment = [new("A"u8.ToArray(), "B"u8.ToArray())] };
            var writer = new WireWriter(new byte[start.MaxSize + 1]);
            writer.WriteByte((byte)GuestMethod.StartCommand);
            start.Write(ref writer);
            return writer.AsSpan().ToArray();
        }
    }

    private static byte[] Say(FrameType type, uint stream, byte[] payload, FrameFlags flags = FrameFlags.None) => Guest.Frames.Frame(type, stream, payload, flags);

    private static int Run(byte[] input)
    {
        var channel = new Channel(input);
        using var link = new Link(channel, new Requests());
        try
        {
            for (var turns = 0; !link.IsClosed && (!channel.IsIdle || link.IsBusy); turns++)
            {
                // Each turn takes a portion, sends one or has a stream say something.
                Assert.InRange(turns, 0, 20_000);
                link.Pump();
            }
            return Outcome.Of(channel.CountFrames(), link.IsClosed ? 1 : 0);
        }
        catch (ProtocolException exception)
        {
            return Outcome.Of(exception.Message);
        }
    }

    private sealed unsafe class Channel(byte[] input) : ILinkChannel
    {
        private readonly Portions _portions = new(input);
        private readonly List<byte> _output = [];
        private int _read;
        private bool _isFull, _blocked;

        public bool IsIdle => _read == input.Length && !_blocked;

        public int Read(byte* target, int capacity)
        {
            var count = Math.Min(Math.Min(_portions.Next(), capacity), input.Length - _read);
            input.AsSpan(_read, count).CopyTo(new Span<byte>(target, count));
            _read += count;
            return count;
        }

        /// <summary>Every other time there is no more room.</summary>
        public int Write(byte* source, int length)
        {
            _isFull = !_isFull;
            _blocked = !_isFull;
            if (_blocked) return 0;
            var count = Math.Min(length, 64 * _portions.Next());
            _output.AddRange(new ReadOnlySpan<byte>(source, count));
            return count;
        }

        public void Await(bool input)
        {
        }

        public void Trim()
        {
        }

        public void Close()
        {
        }

        public int CountFrames()
        {
            ReadOnlySpan<byte> rest = CollectionsMarshal.AsSpan(_output);
            var frames = 0;
            for (; FrameHeader.TryRead(rest, out var header) && rest.Length >= header.Cost; frames++) rest = rest[header.Cost..];
            Assert.True(rest.IsEmpty, "The guest has said a part of a frame.");
            return frames;
        }
    }

    private sealed class Requests : IRequestHandler
    {
        public Fault? Handle(Link link, uint id, GuestMethod method, ref WireReader reader)
        {
            if (method > GuestMethod.RemoveFile) return new Fault(GuestErrorCode.Unsupported);
            switch (method)
            {
                case GuestMethod.StartCommand:
                    _ = StartCommand.Read(ref reader);
                    break;
                case GuestMethod.WriteFile:
                    if (FilePath.Parse(WriteFile.Read(ref reader).Path, out _) is { } invalid) return invalid;
                    break;
                case GuestMethod.MoveFile:
                    if (ReadPath(ref reader) is { } wrongFrom) return wrongFrom;
                    if (ReadPath(ref reader) is { } wrongTo) return wrongTo;
                    _ = reader.ReadBool();
                    break;
                case > GuestMethod.WriteStdin:
                    if (ReadPath(ref reader) is { } wrong) return wrong;
                    break;
                default:
                    _ = reader.ReadNumber();
                    break;
            }

            link.SendReply(id, []);
            link.Add(new Echo(link, id));
            return null;
        }

        private static Fault? ReadPath(ref WireReader reader)
        {
            if (FilePath.Parse(reader.ReadBytes(), out var path) is { } invalid) return invalid;
            Assert.Equal(0, path[^1]);
            Assert.Equal(path.Length - 1, path.AsSpan().IndexOf((byte)0));
            Assert.Equal(path.Length, FilePath.Directory(path).Length + path.AsSpan()[FilePath.Directory(path).Length..].Length);
            Assert.False(FilePath.Name(path).IsEmpty);
            return null;
        }
    }

    /// <summary>Sends back as many bytes as it gets, as there is credit for them, and ends with the last.</summary>
    private sealed class Echo(Link link, uint id) : GuestStream(link, id)
    {
        private int _waiting;
        private bool _isLast;

        protected override void OnData(ReadOnlySpan<byte> data, FrameFlags flags)
        {
            _waiting += data.Length;
            _isLast |= flags.HasFlag(FrameFlags.Last);
            ReturnCredit(FrameHeader.Size + data.Length);
            Link.MarkReady(this);
        }

        protected override void ProduceFrame()
        {
            var length = Math.Min(_waiting, SendRoom);
            if (length > 0)
            {
                SendData(length, FrameFlags.None);
                _waiting -= length;
                Link.MarkReady(this);
            }
            else if (_isLast && _waiting == 0) Finish([]);
        }
    }
}
