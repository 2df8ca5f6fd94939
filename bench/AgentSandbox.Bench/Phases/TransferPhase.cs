using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Bench.Hosts;
using AgentSandbox.Bench.Measuring;
using AgentSandbox.Bench.Reports;

namespace AgentSandbox.Bench.Phases;

/// <summary>
/// How fast bytes go through, and what the host's own processes hold meanwhile. The client takes part: it makes, decodes and
/// checks the bytes on the same machine.
/// </summary>
internal sealed class TransferPhase(
    string name,
    string title,
    BoxSize size,
    Func<Scale, long> length,
    Func<ISandboxHost, string, long, CancellationToken, Task> prepare,
    Func<ISandboxHost, string, long, CancellationToken, Task> transfer) : IPhase
{
    private const double BytesPerMegabyte = 1e6;

    public string Name { get; } = name;

    public async Task RunAsync(Arena arena, Report report, CancellationToken cancellationToken)
    {
        var server = await MeasureAsync(arena.Warm, arena, cancellationToken);
        var docker = arena.Docker is null ? null : await MeasureAsync(arena.Docker, arena, cancellationToken);
        report.Add(new Row(Name, title, "MB/s", server.Rate, docker?.Rate) { MoreIsBetter = true });
        report.Add(new Row($"{Name}-memory", $"{title}: host's growth", "MB", server.Growth, docker?.Growth));
    }

    private async Task<Transfer> MeasureAsync(ISandboxHost host, Arena arena, CancellationToken cancellationToken)
    {
        var bytes = length(arena.Scale);
        await using var boxes = new BoxGroup(host, arena.Time, cancellationToken);
        var id = await boxes.CreateAsync(size);
        await prepare(host, id, bytes, cancellationToken);

        var rates = new List<double>();
        var memory = await MemoryWatch.DuringAsync(host.ServicePids, TransferAllAsync, arena.Time);
        return new Transfer(Rate(rates), Growth(memory));

        async Task TransferAllAsync()
        {
            var begun = Stopwatch.GetTimestamp();
            for (var i = 0; i < arena.Scale.Transfers && Stopwatch.GetElapsedTime(begun) < arena.Scale.TransferLimit; i++)
            {
                var started = Stopwatch.GetTimestamp();
                await transfer(host, id, bytes, cancellationToken);
                rates.Add(bytes / BytesPerMegabyte / Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
        }
    }

    private static Figure Rate(List<double> rates)
    {
        double[] sorted = [.. rates.Order()];
        return new Figure(sorted[sorted.Length / 2], sorted.Length)
        {
            Note = string.Create(CultureInfo.InvariantCulture, $"from {sorted[0]:0} to {sorted[^1]:0} MB/s"),
        };
    }

    private static Figure Growth(MemoryUse memory) => new(memory.Growth / BytesPerMegabyte, 1)
    {
        Note = $"{Megabytes(memory.Before)} before, {Megabytes(memory.Most)} at most, {Megabytes(memory.After)} after",
    };

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / BytesPerMegabyte:0} MB");

    private sealed record Transfer(Figure Rate, Figure Growth);
}
