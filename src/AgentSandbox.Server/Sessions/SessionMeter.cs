using AgentSandbox.Server.Limits.Quotas;
using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.Server.Sessions;

/// <summary>
/// Charges what a session's box uses to its owner, from one reading to the next: processor time as the kernel counted it,
/// starting the box included; memory as the mean of two readings times the time between. Thread-safe.
/// </summary>
internal sealed class SessionMeter(Sandbox sandbox, SessionClaim claim, TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>How long a box may take to tell; and, of the time since it last did, the most that is charged when it cannot.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2), MostUnread = 2 * Interval;

    private const double GiB = 1L << 30;

    private readonly Lock _gate = new();
    private long _readAt = time.GetTimestamp();      // guarded by _gate
    private long _cpuMs;                             // guarded by _gate
    private long? _memoryBytes;                      // guarded by _gate; null before the first reading
    private bool _ended;                             // guarded by _gate

    /// <summary>A box that does not tell now is charged for all the time when it does again.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (await TryReadAsync(cancellationToken) is { } stats) Take(stats.CpuMs, stats.MemoryBytes, isLast: false);
    }

    /// <summary>
    /// To be called right before the box goes. One that is gone already, by its own doing perhaps, is charged for the time since
    /// it last told as if it had used all that it may.
    /// </summary>
    public async Task ReadLastAsync()
    {
        if (await TryReadAsync(CancellationToken.None) is { } stats) Take(stats.CpuMs, stats.MemoryBytes, isLast: true);
        else TakeUnread(sandbox.Spec.Limits);
    }

    private async Task<SandboxStats?> TryReadAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await sandbox.ReadStatsAsync(either.Token);
        }
        catch (Exception exception) when (exception is SandboxRuntimeException or OperationCanceledException)
        {
            return null;
        }
    }

    private void Take(long cpuMs, long memoryBytes, bool isLast)
    {
        double cpuSeconds, memoryGiBHours;
        lock (_gate)
        {
            if (_ended) return;
            _ended = isLast;
            // Two readings at once may come in the wrong order.
            cpuSeconds = Math.Max(cpuMs - _cpuMs, 0) / 1000.0;
            _cpuMs = Math.Max(_cpuMs, cpuMs);
            memoryGiBHours = ((_memoryBytes ?? memoryBytes) + memoryBytes) / 2.0 / GiB * ElapseLocked().TotalHours;
            _memoryBytes = memoryBytes;
        }

        claim.Charge(cpuSeconds, memoryGiBHours);
    }

    private void TakeUnread(SandboxLimits limits)
    {
        TimeSpan elapsed;
        lock (_gate)
        {
            if (_ended) return;
            _ended = true;
            elapsed = TimeSpan.FromTicks(Math.Min(ElapseLocked().Ticks, MostUnread.Ticks));
        }

        claim.Charge(elapsed.TotalSeconds * limits.Cpus, elapsed.TotalHours * limits.MemoryBytes / GiB);
    }

    private TimeSpan ElapseLocked()
    {
        var (since, now) = (_readAt, time.GetTimestamp());
        _readAt = now;
        return time.GetElapsedTime(since, now);
    }
}
