using System.Globalization;

namespace AgentSandbox.Bench.Reports;

/// <summary>The report as Markdown: readable in a terminal, and ready for a page.</summary>
internal static class ReportTable
{
    public static void Write(Report report, TextWriter output)
    {
        WriteHeading(report, output);
        MarkdownTable.Write(
            output,
            ["what", "unit", "server", "p95", "p99", "max", "n", "failed", "Docker", "p95", "p99", "max", "n", "failed", "times better"],
            [.. report.Rows.Select(Cells)]);
        WriteNotes(report, output);

        WriteVerdicts(report, output);
        foreach (var failure in report.Failures) output.WriteLine($"\nNot measured: {failure.Phase}: {failure.Message}");
    }

    private static void WriteSides(Report report, TextWriter output)
    {
        var tools = report.Tools is null ? "" : $", {report.Tools}";
        output.WriteLine($"Server: runtime {report.Subject.Runtime}, isolation {report.Subject.Isolation}{tools}");
        if (report.Docker is not null) output.WriteLine($"Docker: {report.Docker}");
        if (!report.IsDockerMeasured) output.WriteLine("Docker was not measured.");
        else if (report.Subject.IsGvisor) output.WriteLine("Docker's containers were made with gVisor too.");
    }

    private static void WriteVerdicts(Report report, TextWriter output)
    {
        if (report.Verdicts.Count == 0) return;

        output.WriteLine();
        MarkdownTable.Write(output, ["target", "bound", "measured", "met"], [.. report.Verdicts.Select(Cells)]);
    }

    private static void WriteHeading(Report report, TextWriter output)
    {
        var machine = report.Machine;
        var memory = string.Create(CultureInfo.InvariantCulture, $"{machine.MemoryBytes / 1e9:0} GB");
        var run = string.Create(
            CultureInfo.InvariantCulture,
            $"{report.StartedAt:yyyy-MM-dd HH:mm} UTC, {report.DurationSeconds:0} s, load {report.LoadBefore:0.0} to {report.LoadAfter:0.0}");

        output.WriteLine($"{machine.Processor}, {machine.Cores} cores, {memory}");
        output.WriteLine($"{machine.System}, Linux {machine.Kernel}, cgroups {machine.Cgroups}, {machine.DotNet}");
        WriteSides(report, output);
        output.WriteLine($"Scale: {report.Scale}");
        output.WriteLine(run);
        if (report.Quick) output.WriteLine("Quick: too few measurements for conclusions.");
        output.WriteLine();
    }

    private static void WriteNotes(Report report, TextWriter output)
    {
        output.WriteLine();
        foreach (var row in report.Rows)
        {
            if (row.Server?.Note is { } server) output.WriteLine($"- {row.Title}, server: {server}");
            if (row.Docker?.Note is { } docker) output.WriteLine($"- {row.Title}, Docker: {docker}");
        }
    }

    private static string[] Cells(Row row) =>
        [row.Title, row.Unit, .. Cells(row.Server), .. Cells(row.Docker), row.Ratio is { } ratio ? Number(ratio) : ""];

    private static string[] Cells(Figure? figure)
    {
        if (figure is null) return ["", "", "", "", "", ""];
        var spread = figure.Spread;
        return
        [
            Number(figure.Value), Number(spread?.P95), Number(spread?.P99), Number(spread?.Max),
            figure.Count.ToString(CultureInfo.InvariantCulture), figure.Failures.ToString(CultureInfo.InvariantCulture),
        ];
    }

    private static string[] Cells(Verdict verdict) =>
    [
        verdict.Target,
        (verdict.IsLowerBound ? "at least " : "at most ") + Number(verdict.Bound),
        Number(verdict.Measured),
        verdict.IsMet switch { true => "yes", false => "NO", null => "not measured" },
    ];

    /// <summary>Three digits that mean something.</summary>
    private static string Number(double? value) => value switch
    {
        null => "",
        >= 100 or 0 => value.Value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
