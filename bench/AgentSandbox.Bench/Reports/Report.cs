namespace AgentSandbox.Bench.Reports;

/// <summary>Everything that one run found out. Filled by the phases, one after another.</summary>
internal sealed class Report
{
    private readonly List<Row> _rows = [];
    private readonly List<PhaseFailure> _failures = [];

    public required DateTimeOffset StartedAt { get; init; }

    public required Machine Machine { get; init; }

    public required string? Docker { get; init; }

    public required bool Quick { get; init; }

    public double LoadBefore { get; } = Machine.Load();

    public double LoadAfter { get; private set; }

    public double DurationSeconds { get; private set; }

    public IReadOnlyList<Row> Rows => _rows;

    public IReadOnlyList<PhaseFailure> Failures => _failures;

    public IReadOnlyList<Verdict> Verdicts =>
        [.. Targets.All.SelectMany(target => _rows.Where(row => string.Equals(row.Id, target.RowId, StringComparison.Ordinal)).Select(target.Judge))];

    public void Add(Row row) => _rows.Add(row);

    public void AddFailure(string phase, Exception failure) => _failures.Add(new PhaseFailure(phase, failure.Message));

    public void Complete(TimeSpan duration)
    {
        DurationSeconds = Math.Round(duration.TotalSeconds, 1);
        LoadAfter = Machine.Load();
    }
}

/// <summary>A phase that could not be measured, and why.</summary>
internal sealed record PhaseFailure(string Phase, string Message);
