using System.Text;
using System.Text.Json;
using AgentSandbox.Server.Agents;

namespace AgentSandbox.Tests.Agents;

public sealed class StderrReaderTests
{
    [Fact]
    public void Read_ProgressAndText_AreToldApart()
    {
        var (progress, text) = ReadAll("{\"progress\":0.5}\nwarning: slow\n{\"progress\":1}\n");

        Assert.Equal(["{\"progress\":0.5}", "{\"progress\":1}"], progress);
        Assert.Equal("warning: slow\n", text);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Read_AnyChunking_GivesTheSame(int size)
    {
        var (progress, text) = ReadAll("текст\n{\"stage\":\"слова\"}\nконец", size);

        Assert.Equal("слова", JsonDocument.Parse(Assert.Single(progress)).RootElement.GetProperty("stage").GetString());
        Assert.Equal("текст\nконец", text);
    }

    [Theory]
    [InlineData("{broken\n")]
    [InlineData("[1]\n")]
    [InlineData("{\"half a pair\":\"\\ud800\"}\n")]
    [InlineData("{} trailing\n")]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}}}}}}}}}\n")]
    [InlineData("{\"without an end\":1}")]
    public void Read_NoProgress_IsText(string line)
    {
        var (progress, text) = ReadAll(line);

        Assert.Empty(progress);
        Assert.Equal(line, text);
    }

    /// <summary>The parser would take it, and fail when the text is asked for.</summary>
    [Fact]
    public void Read_BytesThatAreNoUtf8_AreText()
    {
        var reader = new StderrReader();

        Assert.Empty(reader.Read([.. "{\"stage\":\""u8, 0x80, .. "\"}\n"u8]));
        reader.Complete();

        Assert.Equal("{\"stage\":\"\ufffd\"}\n", reader.Text);
    }

    [Fact]
    public void Read_ALineWithoutEnd_StaysWithinItsBound()
    {
        var reader = new StderrReader();
        var chunk = new byte[64 * 1024];
        chunk.AsSpan().Fill((byte)'{');
        for (var i = 0; i < 100; i++) Assert.Empty(reader.Read(chunk));
        reader.Complete();

        Assert.Equal(64 * 1024, reader.Text.Length);
    }

    [Fact]
    public void Read_ProgressAfterALongLine_IsFoundAgain()
    {
        var (progress, _) = ReadAll(new string('x', 20_000) + "\n{\"progress\":1}\n");

        Assert.Single(progress);
    }

    private static (IReadOnlyList<string> Progress, string Text) ReadAll(string text, int chunkSize = 4096)
    {
        var reader = new StderrReader();
        var progress = new List<string>();
        foreach (var chunk in Encoding.UTF8.GetBytes(text).Chunk(chunkSize)) progress.AddRange(reader.Read(chunk).Select(element => element.GetRawText()));
        reader.Complete();
        return (progress, reader.Text);
    }
}
