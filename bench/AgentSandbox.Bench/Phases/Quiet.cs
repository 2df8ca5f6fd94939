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

    /// <summary>Waits until there are exactly so many boxes; returns how long that took.</summary>
    public static async Task<TimeSpan> WaitAsync(ISandboxHost host, int boxes, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while ((await host.ListBoxesAsync(cancellationToken)).Count != boxes)
        {
            if (Stopwatch.GetElapsedTime(started) > Limit) throw new BenchException($"{host.Name} did not come back to {boxes} boxes.");
            await Task.Delay(Interval, time, cancellationToken);
        }

        return Stopwatch.GetElapsedTime(started);
    }
}
