namespace AgentSandbox.Bench.Reports;

/// <summary>A number that the specification promises.</summary>
internal sealed record Target(string RowId, string Text, double Bound, Func<Row, double?> Measure)
{
    public bool IsLowerBound { get; init; }

    public Verdict Judge(Row row)
    {
        var measured = Measure(row);
        bool? isMet = measured is null ? null : IsLowerBound ? measured >= Bound : measured <= Bound;
        return new Verdict(Text, Bound, IsLowerBound, measured, isMet);
    }
}

/// <param name="IsMet">Null when it could not be measured in this run.</param>
internal sealed record Verdict(string Target, double Bound, bool IsLowerBound, double? Measured, bool? IsMet);
