using AgentSandbox.Guest.Commands;
using AgentSandbox.Protocol;

namespace AgentSandbox.Tests.Guest;

public sealed class OutputLogTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 100)]
    [InlineData(3, 32 * 1024)]
    public void Read_AfterRandomAppends_GivesTheEndOfWhatWasWritten(int seed, int largest)
    {
        var random = new Random(seed);
        using var log = new OutputLog();
        var written = new List<(byte Value, bool Stderr)>();
        while (written.Count < 700_000)
        {
            var output = new byte[random.Next(1, largest + 1)];
            random.NextBytes(output);
            var stderr = random.Next(5) == 0;
            log.Append(output, stderr);
            written.AddRange(output.Select(value => (value, stderr)));
        }

        var read = ReadAll(log, out var gap);

        Assert.True(gap);
        Assert.InRange(read.Count, OutputLog.Capacity / 6, OutputLog.Capacity);
        Assert.Equal(written.TakeLast(read.Count), read);
    }

    [Fact]
    public void Read_PacedReader_LosesNothingAndConfusesNoChannels()
    {
        var random = new Random(4);
        using var log = new OutputLog();
        var cursor = new OutputCursor(0, 0);
        var (written, read) = (new MemoryStream[] { new(), new() }, new MemoryStream[] { new(), new() });
        var target = new byte[50_000];
        for (var i = 0; i < 3000; i++)
        {
            var room = log.Room(Math.Max(cursor.Record, log.Start));
            if (room > 0)
            {
                var output = new byte[random.Next(1, room + 1)];
                random.NextBytes(output);
                var stderr = random.Next(2);
                log.Append(output, stderr == 1);
                written[stderr].Write(output);
            }
            // Sometimes all of it: the reader then stands in a record that may grow or be followed by one of the other channel.
            ReadOnce(random.Next(2) == 0 ? target.Length : random.Next(1, target.Length));
        }
        while (!log.IsAtEnd(cursor)) ReadOnce(target.Length);

        Assert.True(written[0].Length > 10 * OutputLog.Capacity);
        Assert.Equal(written[0].ToArray(), read[0].ToArray());
        Assert.Equal(written[1].ToArray(), read[1].ToArray());

        void ReadOnce(int most)
        {
            var count = log.Read(ref cursor, target.AsSpan(0, most), out var flags);
            Assert.False(flags.HasFlag(FrameFlags.Gap));
            read[flags.HasFlag(FrameFlags.Stderr) ? 1 : 0].Write(target.AsSpan(0, count));
        }
    }

    private static List<(byte Value, bool Stderr)> ReadAll(OutputLog log, out bool gap)
    {
        var read = new List<(byte, bool)>();
        var cursor = new OutputCursor(0, 0);
        var target = new byte[1000];
        gap = false;
        while (!log.IsAtEnd(cursor))
        {
            var count = log.Read(ref cursor, target, out var flags);
            gap |= flags.HasFlag(FrameFlags.Gap);
            read.AddRange(target[..count].Select(value => (value, flags.HasFlag(FrameFlags.Stderr))));
        }
        return read;
    }
}
