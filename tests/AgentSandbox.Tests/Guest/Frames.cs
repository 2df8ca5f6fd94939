using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Tests.Guest;

/// <summary>Frames as bytes, for tests that speak to the guest below the level of a connection.</summary>
internal static class Frames
{
    public static byte[] Frame(FrameType type, uint stream, byte[] payload, FrameFlags flags = FrameFlags.None)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(payload.Length, type, flags, stream).Write(frame);
        payload.CopyTo(frame, FrameHeader.Size);
        return frame;
    }

    public static byte[] HelloFrame(int window = 512 * 1024)
    {
        var writer = new WireWriter(new byte[Hello.MaxSize]);
        new Hello(ProtocolLimits.Version, window, "test").Write(ref writer);
        return Frame(FrameType.Hello, 0, writer.AsSpan().ToArray());
    }

    public static byte[] ChunkOf(byte[] data)
    {
        var chunk = new byte[Chunk.HeaderSize + data.Length];
        Chunk.WriteHeader(chunk, data);
        data.CopyTo(chunk, Chunk.HeaderSize);
        return chunk;
    }
}
