using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Tests.Protocol;

public sealed class MessageTests
{
    private delegate void Write(ref WireWriter writer);

    [Fact]
    public void StartCommand_WrittenAndRead_IsTheSame()
    {
        var start = new StartCommand
        {
            Arguments = ["/bin/sh"u8.ToArray(), [], [0xFF, 0x00, 0x80]],
            WorkingDirectory = "/tmp"u8.ToArray(),
            Environment = [new("PATH"u8.ToArray(), "/bin"u8.ToArray())],
            OpenStdin = true,
            TimeoutMs = uint.MaxValue,
            GraceMs = 7,
        };

        var bytes = Encode(start.MaxSize, start.Write);
        var reader = new WireReader(bytes);
        var read = StartCommand.Read(ref reader);

        Assert.Equal(start.Arguments, read.Arguments);
        Assert.Equal(start.WorkingDirectory, read.WorkingDirectory);
        Assert.Equal(start.Environment[0].Value, read.Environment[0].Value);
        Assert.Equal((true, uint.MaxValue, 7u), (read.OpenStdin, read.TimeoutMs, read.GraceMs));
        Assert.True(reader.IsAtEnd);
    }

    [Theory]
    [InlineData(0, null, false)]
    [InlineData(255, null, true)]
    [InlineData(null, 9, true)]
    public void CommandExited_WrittenAndRead_IsTheSame(int? code, int? signal, bool timedOut)
    {
        var exited = new CommandExited(code, signal, 1, long.MaxValue, 3, timedOut);

        var reader = new WireReader(Encode(CommandExited.MaxSize, exited.Write));

        Assert.Equal(exited, CommandExited.Read(ref reader));
    }

    [Fact]
    public void CommandInfo_WithFieldsOfANewerVersion_IsRead()
    {
        var info = new CommandInfo(
            42, 1000, ["ls"u8.ToArray()], ArgumentsTruncated: true, [], new CommandExited(1, null, 2, 3, 4, TimedOut: false));

        var bytes = Encode(200, info.Write).Concat("a new field"u8.ToArray()).ToArray();
        var reader = new WireReader(bytes);
        var read = CommandInfo.Read(ref reader);

        Assert.Equal((42, 1000L, true, info.Exited), (read.Pid, read.AgeMs, read.ArgumentsTruncated, read.Exited));
    }

    [Fact]
    public void FileEntry_NameIsNotUtf8_ReadsWithReplacement()
    {
        byte[] name = [(byte)'a', 0xFF, (byte)'b'];
        var bytes = Encode(200, (ref WireWriter writer) =>
            FileEntry.Write(ref writer, name, FileKind.SymbolicLink, 5, 0x1FF, -1, 999_999_999, "target"u8));
        var reader = new WireReader(bytes);

        Assert.Equal(
            new FileEntry("a\uFFFDb", FileKind.SymbolicLink, 5, 0x1FF, -1, 999_999_999, "target"), FileEntry.Read(ref reader));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0x1EDu)]
    public void WriteFile_WrittenAndRead_IsTheSame(uint? mode)
    {
        var write = new WriteFile("/x"u8.ToArray(), CreateParents: true, Exclusive: false, Append: true, mode);

        var reader = new WireReader(Encode(write.MaxSize, write.Write));
        var read = WriteFile.Read(ref reader);

        Assert.Equal((true, false, true, mode), (read.CreateParents, read.Exclusive, read.Append, read.Mode));
    }

    [Fact]
    public void Hello_WrittenAndRead_IsTheSame()
    {
        var hello = new Hello(1, 512 * 1024, "0.1.0");

        Assert.Equal(hello, Hello.Read(Encode(Hello.MaxSize, hello.Write)));
    }

    [Fact]
    public void Writer_TooSmall_SaysSoAndStaysInside()
    {
        var writer = new WireWriter(new byte[4]);

        writer.WriteBytes("longer than four"u8);
        writer.WriteByte(1);

        Assert.True(writer.Overflowed);
        Assert.InRange(writer.Written, 0, 4);
    }

    [Fact]
    public void Read_ListLongerThanTheLimit_IsRefused()
    {
        var bytes = new byte[ProtocolLimits.MaxListItems * 2];
        new WireWriter(bytes).WriteNumber(ProtocolLimits.MaxListItems + 1);

        Assert.Throws<ProtocolException>(() =>
        {
            var reader = new WireReader(bytes);
            StartCommand.Read(ref reader);
        });
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(127UL)]
    [InlineData(128UL)]
    [InlineData(ulong.MaxValue)]
    public void Number_WrittenAndRead_IsTheSame(ulong value)
    {
        var reader = new WireReader(Encode(WireWriter.MaxNumber, (ref WireWriter writer) => writer.WriteNumber(value)));

        Assert.Equal(value, reader.ReadNumber());
    }

    private static byte[] Encode(int size, Write write)
    {
        var writer = new WireWriter(new byte[size]);
        write(ref writer);
        Assert.False(writer.Overflowed);
        return writer.AsSpan().ToArray();
    }
}
