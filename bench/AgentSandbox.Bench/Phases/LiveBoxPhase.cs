using System.Diagnostics;
using AgentSandbox.Bench.Hosts;
using AgentSandbox.Bench.Measuring;
using AgentSandbox.Bench.Reports;

namespace AgentSandbox.Bench.Phases;

/// <summary>How long one call takes in a box that lives already.</summary>
internal sealed class LiveBoxPhase(string name, string title, Func<ISandboxHost, string, CancellationToken, Task> call) : IPhase
{
    private static readonly Share ServersShare = new(PerRound: 6, WarmUp: 40);
    private static readonly Share DockersShare = new(PerRound: 1, WarmUp: 2);

    public string Name { get; } = name;

    public async Task RunAsync(Arena arena, Report report, CancellationToken cancellationToken)
    {
        await using var warm = new BoxGroup(arena.Warm, arena.Time, cancellationToken);
        var boxes = new Dictionary<ISandboxHost, string> { [arena.Warm] = await warm.CreateAsync(BoxSize.Usual) };
        var contenders = new List<Contender> { new(arena.Warm, ServersShare) };

        await using var docker = arena.Docker is null ? null : new BoxGroup(arena.Docker, arena.Time, cancellationToken);
        if (docker is not null)
        {
            boxes[arena.Docker!] = await docker.CreateAsync(BoxSize.Usual);
            contenders.Add(new Contender(arena.Docker!, DockersShare));
        }

        var measured = await arena.Interleave().MeasureAsync(contenders, MeasureAsync, cancellationToken);
        var dockerFigure = arena.Docker is null ? null : Figure.From(measured[arena.Docker]);
        report.Add(new Row(Name, title, "ms", Figure.From(measured[arena.Warm]), dockerFigure));

        async Task<TimeSpan> MeasureAsync(ISandboxHost host, CancellationToken token)
        {
            var started = Stopwatch.GetTimestamp();
            await call(host, boxes[host], token);
            return Stopwatch.GetElapsedTime(started);
        }
    }
}
