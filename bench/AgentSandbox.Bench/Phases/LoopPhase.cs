using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Bench.Hosts;
using AgentSandbox.Bench.Measuring;
using AgentSandbox.Bench.Reports;

namespace AgentSandbox.Bench.Phases;

/// <summary>How many boxes per second can be made, used for one command and removed, for as long as one likes.</summary>
internal sealed class LoopPhase(IReadOnlyList<string> command) : IPhase
{
    private static readonly int[] Concurrencies = [1, 4, 16];

    public string Name => "loop";

    public async Task RunAsync(Arena arena, Report report, CancellationToken cancellationToken)
    {
        foreach (var concurrency in Concurrencies)
        {
            var server = await LoopAsync(arena.Warm, concurrency, arena.Scale.LoopDuration, arena.Time, cancellationToken);
            var docker = arena.Docker is null
                ? null
                : await LoopAsync(arena.Docker, concurrency, arena.Scale.DockerLoopDuration, arena.Time, cancellationToken);
            var title = $"create, run, delete; {concurrency} at once";
            report.Add(new Row($"loop-{concurrency}", title, "per s", server, docker) { MoreIsBetter = true });
        }
    }

    private async Task<Figure> LoopAsync(
        ISandboxHost host, int concurrency, TimeSpan duration, TimeProvider time, CancellationToken cancellationToken)
    {
        var deleted = new ConcurrentBag<string>();
        var started = Stopwatch.GetTimestamp();
        var samples = await Crowd.ForAsync(duration, concurrency, async token => deleted.Add(await OnceAsync(host, token)), cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var cleanUp = await Quiet.WaitAsync(host, deleted, time, cancellationToken);

        return new Figure(samples.Count / elapsed.TotalSeconds, samples.Count) { Failures = samples.Failures, Note = Describe(samples, elapsed, cleanUp) };
    }

    private async Task<string> OnceAsync(ISandboxHost host, CancellationToken cancellationToken)
    {
        var id = await host.CreateAsync(BoxSize.Usual, cancellationToken);
        try
        {
            await host.RunAsync(id, command, cancellationToken);
            return id;
        }
        finally
        {
            await host.DeleteAsync(id, CancellationToken.None);
        }
    }

    private static string Describe(Samples samples, TimeSpan elapsed, TimeSpan cleanUp)
    {
        var spread = samples.Summarise();
        var perSecond = samples.Count / (elapsed + cleanUp).TotalSeconds;
        string[] parts =
        [
            string.Create(CultureInfo.InvariantCulture, $"one round took {spread?.P50:0.0} ms (p99 {spread?.P99:0.0}, max {spread?.Max:0.0})"),
            string.Create(CultureInfo.InvariantCulture, $"at rest after {cleanUp.TotalSeconds:0.0} s, with that {perSecond:0.0} per second"),
        ];
        var times = string.Join("; ", parts);
        return samples.FirstFailure is { } failure ? $"{times}; first failure: {failure}" : times;
    }
}
