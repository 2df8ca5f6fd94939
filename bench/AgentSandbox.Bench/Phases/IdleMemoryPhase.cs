using AgentSandbox.Bench.Hosts;
using AgentSandbox.Bench.Kernel;
using AgentSandbox.Bench.Reports;

namespace AgentSandbox.Bench.Phases;

/// <summary>
/// What an idle session costs in memory, after it has run one command. On the server without a pool, so that every box is a
/// session. Per box, the median.
/// </summary>
internal sealed class IdleMemoryPhase(IReadOnlyList<string> command) : IPhase
{
    private const double BytesPerMegabyte = 1e6;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    public string Name => "memory";

    public async Task RunAsync(Arena arena, Report report, CancellationToken cancellationToken)
    {
        var server = await MeasureAsync(arena.Cold, arena, cancellationToken);
        var docker = arena.Docker is null ? null : await MeasureAsync(arena.Docker, arena, cancellationToken);

        report.Add(new Row("memory-guest", "first process of an idle box, private", "MB", server.Init, docker?.Init));
        report.Add(new Row("memory-box", "idle box as the kernel charges it", "MB", server.Charged, docker?.Charged));
        report.Add(new Row("memory-all", "the same with processes outside the box", "MB", server.WithCompanions, docker?.WithCompanions));
    }

    private async Task<IdleMemory> MeasureAsync(ISandboxHost host, Arena arena, CancellationToken cancellationToken)
    {
        await using var boxes = new BoxGroup(host, arena.Time, cancellationToken);
        for (var i = 0; i < arena.Scale.IdleBoxes; i++)
        {
            await host.RunAsync(await boxes.CreateAsync(BoxSize.Usual), command, cancellationToken);
        }

        await Task.Delay(Rest, arena.Time, cancellationToken);
        var ours = await Task.WhenAll(boxes.Ids.Select(id => host.Boxes.InspectAsync(id, cancellationToken)));
        return new IdleMemory(
            Median(ours, box => ProcessMemory.PrivateBytes(box.Init)),
            Median(ours, Charged),
            Median(ours, box => Charged(box) + box.Companions.Sum(ProcessMemory.PrivateBytes)));
    }

    private static long Charged(BoxProcesses box) =>
        MemoryCgroup.Of(box.Init)?.ReadUsage() ?? throw new BenchException("A box has no memory cgroup.");

    private static Figure Median(BoxProcesses[] boxes, Func<BoxProcesses, long> measure)
    {
        long[] sorted = [.. boxes.Select(measure).Order()];
        return new Figure(sorted[sorted.Length / 2] / BytesPerMegabyte, sorted.Length);
    }

    private sealed record IdleMemory(Figure Init, Figure Charged, Figure WithCompanions);
}
