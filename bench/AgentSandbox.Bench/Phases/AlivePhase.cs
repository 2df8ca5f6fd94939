using System.Globalization;
using AgentSandbox.Bench.Hosts;
using AgentSandbox.Bench.Measuring;
using AgentSandbox.Bench.Reports;

namespace AgentSandbox.Bench.Phases;

/// <summary>
/// Many sessions alive at once, and a command in each of them. The server only: as many containers would take Docker
/// minutes to make and to remove, and prove nothing about it that is in doubt.
/// </summary>
internal sealed class AlivePhase(IReadOnlyList<string> command) : IPhase
{
    private const int MadeAtOnce = 4;
    private const int AskedAtOnce = 16;

    public string Name => "alive";

    public async Task RunAsync(Arena arena, Report report, CancellationToken cancellationToken)
    {
        var wanted = arena.Scale.AliveSessions;
        var host = arena.Warm;
        await using var boxes = new BoxGroup(host, arena.Time, cancellationToken);
        var made = await boxes.CreateManyAsync(wanted, MadeAtOnce);
        var asked = await Crowd.ForEachAsync(boxes.Ids, AskedAtOnce, (id, token) => host.RunAsync(id, command, token), cancellationToken);
        report.Add(new Row("alive", $"{wanted} sessions alive, answered", "%", Describe(wanted, made, asked), null) { MoreIsBetter = true });
    }

    private static Figure Describe(int wanted, Samples made, Samples asked)
    {
        var spread = asked.Summarise();
        var failure = made.FirstFailure ?? asked.FirstFailure;
        var times = string.Create(CultureInfo.InvariantCulture, $"p50 {spread?.P50:0.0} ms, max {spread?.Max:0.0} ms");
        return new Figure(100.0 * asked.Count / wanted, wanted)
        {
            Failures = made.Failures + asked.Failures,
            Note = $"{AskedAtOnce} asked at once: {times}{(failure is null ? "" : $"; first failure: {failure}")}",
        };
    }
}
