using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Tests.Protocol;

/// <summary>Whatever the bytes, a decoder returns or throws its one exception, and allocates in proportion to them.</summary>
public sealed class DecoderFuzzTests
{
    private static readonly Dictionary<string, Func<byte[], object>> Decoders = new(StringComparer.Ordinal)
    {
        [nameof(StartCommand)] = bytes => With(bytes, StartCommand.Read),
        [nameof(CommandExited)] = bytes => With(bytes, CommandExited.Read),
        [nameof(CommandInfo)] = bytes => With(bytes, CommandInfo.Read),
        [nameof(FileEntry)] = bytes => With(bytes, FileEntry.Read),
        [nameof(WriteFile)] = bytes => With(bytes, WriteFile.Read),
        [nameof(Hello)] = bytes => Hello.Read(bytes),
        [nameof(GuestError)] = bytes => GuestError.Read(bytes),
        [nameof(FrameHeader)] = bytes => FrameHeader.TryRead(bytes, out _),
    };

    private delegate T Reader<out T>(ref WireReader reader);

    public static TheoryData<string> Names => [.. Decoders.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Decode_RandomBytes_IsBounded(string name)
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            // Small numbers reach deeper than random ones, which mostly fail at the first length.
            if (i % 2 == 0) for (var j = 0; j < bytes.Length; j++) bytes[j] &= 0x0F;
            AssertBounded(Decoders[name], bytes);
        }
    }

    [Fact]
    public void Decode_MutatedCommand_IsBounded()
    {
        var random = new Random(2);
        var start = new StartCommand
        {
            Arguments = [.. Enumerable.Range(0, 40).Select(i => new byte[i])],
            Environment = [new("A"u8.ToArray(), "B"u8.ToArray())],
        };
        var writer = new WireWriter(new byte[start.MaxSize]);
        start.Write(ref writer);
        var original = writer.AsSpan().ToArray();

        for (var i = 0; i < 50_000; i++)
        {
            var bytes = original[..random.Next(original.Length + 1)];
            for (var changes = random.Next(4); changes > 0 && bytes.Length > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            AssertBounded(Decoders[nameof(StartCommand)], bytes);
        }
    }

    [Fact]
    public void Decode_ListLongerThanTheLimit_IsRefused()
    {
        var bytes = new byte[ProtocolLimits.MaxListItems * 2];
        var writer = new WireWriter(bytes);
        writer.WriteNumber(ProtocolLimits.MaxListItems + 1);

        Assert.Throws<ProtocolException>(() => With(bytes, StartCommand.Read));
    }

    private static object With<T>(byte[] bytes, Reader<T> read) where T : notnull
    {
        var reader = new WireReader(bytes);
        return read(ref reader);
    }

    private static void AssertBounded(Func<byte[], object> decode, byte[] bytes)
    {
        // An entry of a list takes one byte on the wire, and an array, a reference and room to grow here.
        var limit = 4096 + (bytes.Length * 128);
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            decode(bytes);
        }
        catch (ProtocolException)
        {
            return;   // the one that is allowed; its stack trace is memory too
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, limit);
    }
}
