using AgentSandbox.Bench.Kernel;

namespace AgentSandbox.Bench.Measuring;

/// <summary>What a host's own processes hold, in bytes, around one piece of work.</summary>
internal sealed record MemoryUse(long Before, long Most, long After)
{
    public long Growth => Most - Before;
}

/// <summary>Watches the resident memory of some processes while work is done.</summary>
internal static class MemoryWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public static async Task<MemoryUse> DuringAsync(IReadOnlyList<int> pids, Func<Task> work, TimeProvider time)
    {
        var before = Read(pids);
        using var stop = new CancellationTokenSource();
        var watching = WatchAsync(pids, time, stop.Token);
        try
        {
            await work();
        }
        finally
        {
            await stop.CancelAsync();
        }

        var after = Read(pids);
        return new MemoryUse(before, Math.Max(Math.Max(before, after), await watching), after);
    }

    private static async Task<long> WatchAsync(IReadOnlyList<int> pids, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var most = 0L;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken)) most = Math.Max(most, Read(pids));
        }
        catch (OperationCanceledException)
        {
            // The work is done.
        }

        return most;
    }

    private static long Read(IReadOnlyList<int> pids) => pids.Sum(ProcessMemory.ResidentBytes);
}
