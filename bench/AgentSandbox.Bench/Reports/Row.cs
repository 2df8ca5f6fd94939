using AgentSandbox.Bench.Measuring;

namespace AgentSandbox.Bench.Reports;

/// <summary>What one side reached.</summary>
/// <param name="Value">The number that is compared; for durations the median.</param>
/// <param name="Count">How many measurements it comes from.</param>
internal sealed record Figure(double Value, int Count)
{
    public Spread? Spread { get; init; }

    public int Failures { get; init; }

    /// <summary>What the first failure said, or what the number consists of.</summary>
    public string? Note { get; init; }

    /// <summary>Null when nothing was measured, for then there is no number to show.</summary>
    public static Figure? From(Samples samples)
    {
        if (samples.Summarise() is not { } spread) return null;
        return new Figure(spread.P50, samples.Count) { Spread = spread, Failures = samples.Failures, Note = samples.FirstFailure };
    }
}

/// <summary>One line of the result: the same thing on both sides.</summary>
/// <param name="Id">Stable name, for targets and for whoever reads the JSON.</param>
internal sealed record Row(string Id, string Title, string Unit, Figure? Server, Figure? Docker)
{
    public bool MoreIsBetter { get; init; }

    /// <summary>How many times better the server is; null when one side was not measured.</summary>
    public double? Ratio
    {
        get
        {
            if (Server is null || Docker is null || Server.Value <= 0 || Docker.Value <= 0) return null;
            return MoreIsBetter ? Server.Value / Docker.Value : Docker.Value / Server.Value;
        }
    }
}
