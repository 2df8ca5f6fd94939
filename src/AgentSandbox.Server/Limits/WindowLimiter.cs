using System.Threading.RateLimiting;

namespace AgentSandbox.Server.Limits;

/// <summary>
/// Counts the requests of one source in a fixed window that opens with its first one. A sliding window would refuse fewer
/// bursts around a window's end, but its headers could only guess: here what is left, and when there is more, are exact. The
/// framework's own fixed window tells neither on answers that go well, and reads no clock but its own. Thread-safe.
/// </summary>
internal sealed class WindowLimiter(RateLimitPolicy policy, TimeProvider time, Action? forget = null) : RateLimiter
{
    private readonly Lock _gate = new();
    private long _opened = time.GetTimestamp();      // guarded by _gate
    private int _used;                               // guarded by _gate
    private int _held;                               // guarded by _gate; requests that have not ended
    private bool _hasRefused;                        // guarded by _gate

    /// <summary>Since the window ended, or while nothing was counted in it; none while a request goes on. The framework drops a limiter that is idle for 10 s.</summary>
    public override TimeSpan? IdleDuration
    {
        get
        {
            lock (_gate)
            {
                if (_held > 0) return null;
                var idle = time.GetElapsedTime(_opened) - (_used == 0 ? TimeSpan.Zero : policy.Window);
                return idle >= TimeSpan.Zero ? idle : null;
            }
        }
    }

    public override RateLimiterStatistics? GetStatistics()
    {
        lock (_gate)
        {
            TurnLocked();
            return new RateLimiterStatistics { CurrentAvailablePermits = policy.Quota - _used };
        }
    }

    /// <param name="permitCount">1 for a request; 0 asks whether there is any left.</param>
    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        lock (_gate)
        {
            TurnLocked();
            var reset = policy.Window - time.GetElapsedTime(_opened);
            var left = policy.Quota - _used;
            var isExhausted = left < Math.Max(permitCount, 1);
            if (isExhausted || _held + permitCount > policy.AtOnce)
            {
                var isFirst = !_hasRefused;
                _hasRefused = true;
                return new WindowLease(policy, left, reset) { IsExhausted = isExhausted, IsCrowded = !isExhausted, IsFirstRefusal = isFirst };
            }

            if (permitCount == 0) return new WindowLease(policy, left, reset);

            _used++;
            _held++;
            return new WindowLease(policy, left - 1, reset) { Holder = this };
        }
    }

    internal void Return()
    {
        lock (_gate) _held--;
    }

    /// <summary>Nobody waits for the next window: a refused caller is told when to come back.</summary>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
        ValueTask.FromResult(AttemptAcquireCore(permitCount));

    protected override void Dispose(bool disposing)
    {
        if (disposing) forget?.Invoke();
        base.Dispose(disposing);
    }

    protected override ValueTask DisposeAsyncCore()
    {
        forget?.Invoke();
        return base.DisposeAsyncCore();
    }

    private void TurnLocked()
    {
        if (_used > 0 && time.GetElapsedTime(_opened) < policy.Window) return;

        _opened = time.GetTimestamp();
        _used = 0;
        _hasRefused = false;
    }
}
