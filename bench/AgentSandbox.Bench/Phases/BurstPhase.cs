using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Bench.Hosts;
using AgentSandbox.Bench.Measuring;
using AgentSandbox.Bench.Reports;

namespace AgentSandbox.Bench.Phases;

/// <summary>Many callers want a box in the same moment: more than the pool holds.</summary>
internal sealed class BurstPhase : IPhase
{
    public string Name => "burst";

    public async Task RunAsync(Arena arena, Report report, CancellationToken cancellationToken)
    {
        var size = arena.Scale.BurstSize;
        var figures = new List<(Figure? Each, Figure? Whole)>();
        foreach (var host in arena.Both) figures.Add(await BurstAsync(host, size, arena.Time, cancellationToken));

        var docker = figures.Count > 1 ? figures[1] : default;
        report.Add(new Row("burst-each", $"{size} creates at once, each", "ms", figures[0].Each, docker.Each));
        report.Add(new Row("burst-whole", $"{size} creates at once, all", "ms", figures[0].Whole, docker.Whole));
    }

    private static async Task<(Figure? Each, Figure Whole)> BurstAsync(
        ISandboxHost host, int size, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var boxes = new BoxGroup(host, time, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var samples = await boxes.CreateManyAsync(size, atOnce: size);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var cleanUp = await boxes.RemoveAsync();

        var whole = new Figure(elapsed.TotalMilliseconds, 1)
        {
            Failures = samples.Failures,
            Note = string.Create(CultureInfo.InvariantCulture, $"back at rest {cleanUp.TotalSeconds:0.0} s after the last delete"),
        };
        return (Figure.From(samples), whole);
    }
}
