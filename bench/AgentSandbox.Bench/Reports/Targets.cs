namespace AgentSandbox.Bench.Reports;

/// <summary>
/// The promises of the specification for each way to make boxes, for a machine with two cores. Ratios are to Docker in the
/// same run, with the same isolation.
/// </summary>
internal static class Targets
{
    public static IReadOnlyList<Target> For(Subject subject) => subject switch
    {
        { Runtime: Subject.Oci, Isolation: Subject.Standard } => [.. Oci, .. Everywhere],
        { Runtime: Subject.Docker, Isolation: Subject.Standard } => [.. Docker, .. Everywhere],
        { Runtime: Subject.Oci, Isolation: Subject.Gvisor } => [.. Gvisor, .. Everywhere],
        _ => Everywhere,
    };

    private static IReadOnlyList<Target> Oci { get; } =
    [
        AtMost("create-warm", "create, warm: p50 in ms", 3, row => row.Server?.Spread?.P50),
        AtMost("create-warm", "create, warm: p99 in ms", 15, row => row.Server?.Spread?.P99),
        AtLeast("create-warm", "create, warm: times faster than Docker", 50, row => row.Ratio),
        AtMost("create-cold", "create, cold: p50 in ms", 25, row => row.Server?.Spread?.P50),
        AtLeast("create-cold", "create, cold: times faster than Docker", 6, row => row.Ratio),
        AtMost("exec", "exec: p50 in ms", 4, row => row.Server?.Spread?.P50),
        AtLeast("exec", "exec: times faster than Docker", 10, row => row.Ratio),
        AtMost("first-command-warm", "create and first command, warm: p50 in ms", 8, row => row.Server?.Spread?.P50),
        AtMost("agent-run", "text-analysis of 1 000 characters: p50 in ms", 60, row => row.Server?.Spread?.P50),
        AtLeast("loop-4", "create, run, delete at concurrency 4: per second", 60, row => row.Server?.Value),
        AtMost("memory-guest", "guest's private memory in MB", 1, row => row.Server?.Value),
        AtMost("memory-box", "idle box as charged in MB", 3, row => row.Server?.Value),
        AtLeast("upload", "file to a session: MB/s", 300, row => row.Server?.Value),
        AtLeast("download", "file from a session: MB/s", 300, row => row.Server?.Value),
        AtLeast("output", "command output as events: MB/s", 100, row => row.Server?.Value),
        AtMost("upload-memory", "file to a session: server's growth in MB", 32, row => row.Server?.Value),
        AtMost("download-memory", "file from a session: server's growth in MB", 32, row => row.Server?.Value),
        AtMost("output-memory", "command output: server's growth in MB", 32, row => row.Server?.Value),
    ];

    private static IReadOnlyList<Target> Docker { get; } =
    [
        AtMost("create-warm", "create, warm: p50 in ms", 5, row => row.Server?.Spread?.P50),
        AtMost("create-cold", "create, cold: times the duration of Docker's", 1.3, row => 1 / row.Ratio),
        AtMost("exec", "exec: p50 in ms", 5, row => row.Server?.Spread?.P50),
        AtLeast("exec", "exec: times faster than Docker", 10, row => row.Ratio),
    ];

    private static IReadOnlyList<Target> Gvisor { get; } =
    [
        AtMost("create-warm", "create, warm: p50 in ms", 5, row => row.Server?.Spread?.P50),
        AtMost("create-cold", "create, cold: p50 in ms", 300, row => row.Server?.Spread?.P50),
    ];

    private static IReadOnlyList<Target> Everywhere { get; } =
    [
        AtMost("loop-4", "create, run, delete at concurrency 4: failures", 0, row => row.Server?.Failures),
        AtLeast("alive", "sessions alive at once that answer: percent", 100, row => row.Server?.Value),
    ];

    private static Target AtMost(string rowId, string text, double bound, Func<Row, double?> measure) => new(rowId, text, bound, measure);

    private static Target AtLeast(string rowId, string text, double bound, Func<Row, double?> measure) =>
        new(rowId, text, bound, measure) { IsLowerBound = true };
}
