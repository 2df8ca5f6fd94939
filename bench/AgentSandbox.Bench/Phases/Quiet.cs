using System.Diagnostics;
using AgentSandbox.Bench.Hosts;

namespace AgentSandbox.Bench.Phases;

/// <summary>
/// A host may answer before it has cleaned up. Waiting for that keeps it out of the next measurement, and the time that it
/// takes tells whether a rate was bought on credit.
/// </summary>
internal static class Quiet
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>While old boxes go and new ones come, the number may be right for a moment.</summary>
    private const int ChecksInARow = 5;

    /// <summary>Waits until there are exactly so many boxes, and it stays so; returns how long that took.</summary>
    public static async Task<TimeSpan> WaitAsync(ISandboxHost host, int boxes, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var quietSince = TimeSpan.Zero;
        for (var checks = 0; checks < ChecksInARow;)
        {
            var elapsed = Stopwatch.GetElapsedTime(started);
            if (elapsed > Limit) throw new BenchException($"{host.Name} did not come back to {boxes} boxes.");

            checks = (await host.ListBoxesAsync(cancellationToken)).Count == boxes ? checks + 1 : 0;
            if (checks <= 1) quietSince = elapsed;
            await Task.Delay(Interval, time, cancellationToken);
        }

        return quietSince;
    }
}
