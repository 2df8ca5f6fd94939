using AgentSandbox.Protocol;
using AgentSandbox.Server.Commands;
using AgentSandbox.Server.Guests;

namespace AgentSandbox.Tests.Fuzzing.Targets;

/// <summary>Where output waits: each buffer against a plain list of what went in.</summary>
internal static class BufferTargets
{
    public static IEnumerable<FuzzTarget> All =>
    [
        new("receive-buffer", Receive) { Seeds = [[0, 3, 1, 2, 3, 0, 1, 9, 1, 1, 5, 2], [4, 1, 1, 4, 0, 0, 0, 2, 3]], Allocation = 64 * 1024, AllocationPerByte = 512 },
        new("output-collector", Collect) { Seeds = [[10, 3, 1, 2, 3], [4, 6, 0xD0, 0xB0, 0xD0, 0xB1, 0xE2, 0x82], [0]], Allocation = 64 * 1024 },
    ];

    private static int Receive(byte[] input)
    {
        var script = new Script(input);
        using var buffer = new ReceiveBuffer();
        var waiting = new List<(FrameFlags, byte)>();
        var cost = 0;
        while (script.HasMore)
        {
            var operation = script.Byte();
            if (operation % 4 == 3)
            {
                Assert.Equal(waiting, ReadAll(buffer));
                Assert.Equal(cost, buffer.Cost);
                buffer.Clear();
                waiting.Clear();
                cost = 0;
                continue;
            }

            var flags = (FrameFlags)(operation & 5);
            var data = script.Block();
            buffer.Append(flags, data, FrameHeader.Size + data.Length);
            foreach (var value in data) waiting.Add((flags, value));
            cost += FrameHeader.Size + data.Length;
        }

        Assert.Equal(waiting, ReadAll(buffer));
        return Outcome.Of(Outcome.Scale(waiting.Count), Outcome.Scale(cost));
    }

    private static List<(FrameFlags, byte)> ReadAll(ReceiveBuffer buffer)
    {
        var read = new List<(FrameFlags, byte)>();
        while (buffer.TryRead(out var flags, out var data))
        {
            foreach (var value in data.Span) read.Add((flags, value));
        }
        return read;
    }

    private static int Collect(byte[] input)
    {
        var script = new Script(input);
        var limit = script.Byte();
        var collector = new OutputCollector(limit);
        var all = new List<byte>();
        while (script.HasMore)
        {
            var block = script.Block();
            collector.Append(block);
            all.AddRange(block);
        }

        Assert.Equal(all.Take(limit), collector.Bytes.ToArray());
        Assert.Equal(all.Count > limit, collector.Truncated);
        var isText = collector.TryGetText(out var text);
        if (isText) Assert.True(System.Text.Unicode.Utf8.IsValid(text));
        return Outcome.Of(isText ? 1 : 0, collector.Truncated ? 1 : 0, text.Length - collector.Bytes.Length);
    }
}
