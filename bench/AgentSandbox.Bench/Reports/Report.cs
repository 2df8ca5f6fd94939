using AgentSandbox.Bench.Phases;

namespace AgentSandbox.Bench.Reports;

/// <summary>Everything that one run found out. Filled by the phases, one after another.</summary>
internal sealed class Report
{
    private readonly List<Row> _rows = [];
    private readonly List<PhaseFailure> _failures = [];

    public required DateTimeOffset StartedAt { get; init; }

    public required Machine Machine { get; init; }

    public required Subject Subject { get; init; }

    /// <summary>What the server makes boxes with, besides an engine.</summary>
    public required string? Tools { get; init; }

    /// <summary>The engine, whether it is measured or only used; null when there is none.</summary>
    public required string? Docker { get; init; }

    public required bool IsDockerMeasured { get; init; }

    public required Scale Scale { get; init; }

    public required bool Quick { get; init; }

    public double LoadBefore { get; } = Machine.Load();

    public double LoadAfter { get; private set; }

    public double DurationSeconds { get; private set; }

    public IReadOnlyList<Row> Rows => _rows;

    public IReadOnlyList<PhaseFailure> Failures => _failures;

    public IReadOnlyList<Verdict> Verdicts =>
        [.. Targets.For(Subject).SelectMany(target => _rows.Where(row => string.Equals(row.Id, target.RowId, StringComparison.Ordinal)).Select(target.Judge))];

    public void Add(Row row) => _rows.Add(row);

    public void AddFailure(string phase, string message) => _failures.Add(new PhaseFailure(phase, message));

    public void Complete(TimeSpan duration)
    {
        DurationSeconds = Math.Round(duration.TotalSeconds, 1);
        LoadAfter = Machine.Load();
    }
}

/// <summary>A phase that could not be measured, and why.</summary>
internal sealed record PhaseFailure(string Phase, string Message);
