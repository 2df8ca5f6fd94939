using System.Diagnostics;
using AgentSandbox.Bench.Hosts;
using AgentSandbox.Bench.Measuring;
using AgentSandbox.Bench.Reports;

namespace AgentSandbox.Bench.Phases;

/// <summary>
/// How long it takes until there is a box, or until the first command in it has ended: with a warm pool, without one, and
/// on Docker. Removing the box is not counted.
/// </summary>
internal sealed class NewBoxPhase(string name, string title, IReadOnlyList<string>? firstCommand) : IPhase
{
    private static readonly Share DockersShare = new(PerRound: 1, WarmUp: 2);

    public string Name { get; } = name;

    public async Task RunAsync(Arena arena, Report report, CancellationToken cancellationToken)
    {
        var contenders = new List<Contender> { new(arena.Warm, arena.Scale.Warm), new(arena.Cold, arena.Scale.Cold) };
        if (arena.Docker is not null) contenders.Add(new Contender(arena.Docker, DockersShare));

        var measured = await arena.Interleave().MeasureAsync(contenders, (host, token) => MeasureAsync(host, arena.Time, token), cancellationToken);
        var docker = arena.Docker is null ? null : Figure.From(measured[arena.Docker]);
        report.Add(new Row($"{Name}-warm", $"{title}, warm", "ms", Figure.From(measured[arena.Warm]), docker));
        report.Add(new Row($"{Name}-cold", $"{title}, cold", "ms", Figure.From(measured[arena.Cold]), docker));
    }

    private async Task<TimeSpan> MeasureAsync(ISandboxHost host, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var boxes = new BoxGroup(host, time, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var id = await boxes.CreateAsync(BoxSize.Usual);
        if (firstCommand is not null) await host.RunAsync(id, firstCommand, cancellationToken);
        return Stopwatch.GetElapsedTime(started);
    }
}
