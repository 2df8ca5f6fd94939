namespace AgentSandbox.Bench.Measuring;

/// <summary>Durations of one operation, and the failures among them. Not thread-safe: one per worker, then merged.</summary>
internal sealed class Samples
{
    private readonly List<double> _milliseconds = [];

    public int Count => _milliseconds.Count;

    public int Failures { get; private set; }

    /// <summary>What the first failure said; the rest mostly say the same.</summary>
    public string? FirstFailure { get; private set; }

    public void Add(TimeSpan duration) => _milliseconds.Add(duration.TotalMilliseconds);

    public void AddFailure(Exception failure)
    {
        Failures++;
        FirstFailure ??= failure.Message;
    }

    public void Merge(Samples other)
    {
        _milliseconds.AddRange(other._milliseconds);
        Failures += other.Failures;
        FirstFailure ??= other.FirstFailure;
    }

    public Spread? Summarise()
    {
        if (_milliseconds.Count == 0) return null;

        double[] sorted = [.. _milliseconds.Order()];
        return new Spread(Percentile(sorted, 50), Percentile(sorted, 95), Percentile(sorted, 99), sorted[^1]);
    }

    /// <summary>Nearest rank: always a value that was measured.</summary>
    private static double Percentile(double[] sorted, int percent) =>
        sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * percent / 100.0) - 1)];
}

/// <summary>Percentiles and the worst, in milliseconds.</summary>
internal sealed record Spread(double P50, double P95, double P99, double Max);
