using AgentSandbox.Server.Commands;
using AgentSandbox.Server.Limits;

namespace AgentSandbox.Tests.Limits;

public sealed class AnswerBudgetTests
{
    private readonly AnswerBudget _budget = new(10);

    [Fact]
    public void Take_MoreThanThereIs_GivesTheRest()
    {
        using var hold = new AnswerHold(_budget);

        Assert.Equal((6, 4, 0), (hold.Take(6), hold.Take(6), hold.Take(6)));
    }

    [Fact]
    public void Dispose_GivesItBackOnce()
    {
        var hold = new AnswerHold(_budget);
        hold.Take(7);
        hold.Dispose();
        hold.Dispose();

        using var next = new AnswerHold(_budget);
        Assert.Equal(10, next.Take(100));
    }

    [Fact]
    public void Take_FromManyThreads_GivesExactlyTheBudget()
    {
        var budget = new AnswerBudget(1_000);
        var taken = 0;
        Parallel.For(0, 500, _ => Interlocked.Add(ref taken, new AnswerHold(budget).Take(3)));

        Assert.Equal(1_000, taken);
    }

    [Fact]
    public void Output_OfASessionThatHoldsMuchAlready_IsCutAndSaysSo()
    {
        using var hold = new AnswerHold(_budget);
        var first = new OutputCollector(100, hold);
        var second = new OutputCollector(100, hold);
        first.Append("eight by"u8);
        second.Append("three"u8);
        second.Append("more"u8);

        Assert.Equal(("eight by", false), (Text(first), first.Truncated));
        Assert.Equal(("th", true), (Text(second), second.Truncated));
    }

    private static string Text(OutputCollector collector) => System.Text.Encoding.UTF8.GetString(collector.Bytes.Span);
}
