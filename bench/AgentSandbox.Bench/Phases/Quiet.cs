using System.Diagnostics;
using AgentSandbox.Bench.Hosts;

namespace AgentSandbox.Bench.Phases;

/// <summary>
/// A host may answer before it has cleaned up. Waiting for that keeps it out of the next measurement, and the time that it
/// takes tells whether a rate was bought on credit.
/// </summary>
internal static class Quiet
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Waits until the host has no boxes but those that it keeps ready; returns how long that took.</summary>
    /// <param name="deleted">Boxes that must be gone: while old ones go and new ones come, the number alone may be right for a moment.</param>
    public static async Task<TimeSpan> WaitAsync(
        ISandboxHost host, IReadOnlyCollection<string> deleted, TimeProvider time, CancellationToken cancellationToken)
    {
        var gone = deleted.ToHashSet(StringComparer.Ordinal);
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var elapsed = Stopwatch.GetElapsedTime(started);
            var boxes = await host.Boxes.ListAsync(cancellationToken);
            if (boxes.Count == host.BoxesAtRest && boxes.All(box => box.IsRunning && !gone.Contains(box.Id))) return elapsed;

            if (elapsed > Limit) throw new BenchException($"{host.Name} did not come back to {host.BoxesAtRest} boxes.");
            await Task.Delay(Interval, time, cancellationToken);
        }
    }
}
