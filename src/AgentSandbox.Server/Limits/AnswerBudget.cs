namespace AgentSandbox.Server.Limits;

/// <summary>
/// What the answers that are under way to one session's callers may hold together: many commands with much output, asked for by
/// callers who do not read, must not fill the server. Counts content; in memory an answer takes a few times that. Thread-safe.
/// </summary>
internal sealed class AnswerBudget(long bytes)
{
    private long _left = bytes;

    /// <summary>What is taken from it counts until the answer is sent, or nobody is there to send it to.</summary>
    public AnswerHold HoldUntilSent(HttpResponse response)
    {
        var hold = new AnswerHold(this);
        response.RegisterForDispose(hold);
        return hold;
    }

    /// <returns>How much of it there is, perhaps nothing.</returns>
    internal int Take(int wanted)
    {
        while (true)
        {
            var left = Volatile.Read(ref _left);
            var granted = (int)Math.Min(wanted, left);
            if (Interlocked.CompareExchange(ref _left, left - granted, left) == left) return granted;
        }
    }

    internal void Return(long held) => Interlocked.Add(ref _left, held);
}

/// <summary>One answer's part of a budget.</summary>
internal sealed class AnswerHold(AnswerBudget budget) : IDisposable
{
    private long _held;

    /// <inheritdoc cref="AnswerBudget.Take"/>
    public int Take(int wanted)
    {
        var granted = budget.Take(wanted);
        Interlocked.Add(ref _held, granted);
        return granted;
    }

    public void Dispose() => budget.Return(Interlocked.Exchange(ref _held, 0));
}
