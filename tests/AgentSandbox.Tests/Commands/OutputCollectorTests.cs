using System.Text;
using AgentSandbox.Server.Commands;

namespace AgentSandbox.Tests.Commands;

public sealed class OutputCollectorTests
{
    [Fact]
    public void Append_BeyondTheLimit_KeepsTheStartAndSaysSo()
    {
        var collector = new OutputCollector(5);
        collector.Append("abc"u8);
        Assert.False(collector.Truncated);
        collector.Append("defg"u8);

        Assert.True(collector.Truncated);
        Assert.Equal("abcde"u8.ToArray(), collector.Bytes.ToArray());
    }

    [Fact]
    public void TryGetText_CharacterSplitBetweenChunks_IsText()
    {
        var collector = new OutputCollector(100);
        foreach (var part in Encoding.UTF8.GetBytes("Привет 🎉")) collector.Append([part]);

        Assert.True(collector.TryGetText(out var text));
        Assert.Equal("Привет 🎉", Encoding.UTF8.GetString(text));
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "П")]
    [InlineData(3, "П")]
    [InlineData(4, "Пр")]
    public void TryGetText_CutInsideACharacter_DropsItsStump(int limit, string expected)
    {
        var collector = new OutputCollector(limit);
        collector.Append(Encoding.UTF8.GetBytes("Привет"));

        Assert.True(collector.TryGetText(out var text));
        Assert.Equal(expected, Encoding.UTF8.GetString(text));
    }

    [Fact]
    public void TryGetText_AStumpThatIsNotOurs_IsNotText()
    {
        var collector = new OutputCollector(100);
        collector.Append([0x61, 0xD0]);

        Assert.False(collector.TryGetText(out _));
    }
}
