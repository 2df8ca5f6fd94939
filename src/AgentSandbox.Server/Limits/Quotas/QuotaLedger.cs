namespace AgentSandbox.Server.Limits.Quotas;

/// <summary>
/// Who uses how much. Whatever is asked for is checked and taken in one step, so that no number of requests at once gets more
/// than one after the other would. Holds a day's use in memory; <see cref="UsageKeeper"/> carries it over restarts. Thread-safe.
/// </summary>
internal sealed class QuotaLedger(QuotaOptions options, TimeProvider time)
{
    /// <summary>What only others can free: worth asking again soon.</summary>
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(5);

    private static readonly Quota[] Daily = [Quota.CpuSeconds, Quota.MemoryGiBHours];

    private readonly Lock _gate = new();
    private readonly Dictionary<string, OwnerUsage> _owners = new(StringComparer.Ordinal);   // guarded by _gate
    private DateOnly _day;                                                                   // guarded by _gate
    private long _version;                                                                   // guarded by _gate

    /// <summary>Changes whenever a day's use does.</summary>
    public long Version { get { lock (_gate) return _version; } }

    /// <summary>Takes a session out of the owner's quotas. Disposing the claim before it is kept undoes that.</summary>
    /// <exception cref="QuotaExceededException">There is not enough left.</exception>
    public SessionClaim Claim(string owner, long diskBytes)
    {
        lock (_gate)
        {
            TurnLocked();
            var usage = FindLocked(owner);
            var then = usage with
            {
                ConcurrentSessions = usage.ConcurrentSessions + 1,
                DiskBytes = usage.DiskBytes + diskBytes,
                Today = usage.Today with { Sessions = usage.Today.Sessions + 1 },
            };
            EnsureRoom(usage, then, Quota.ConcurrentSessions);
            EnsureRoom(usage, then, Quota.DiskBytes);
            EnsureRoom(usage, then, Quota.Sessions);
            EnsureLeftToday(usage);
            PutLocked(owner, then);
        }

        return new SessionClaim(this, owner, diskBytes);
    }

    /// <exception cref="QuotaExceededException">The owner has used up what it may in a day.</exception>
    public void EnsureMayRun(string owner)
    {
        lock (_gate)
        {
            TurnLocked();
            EnsureLeftToday(FindLocked(owner));
        }
    }

    public void Charge(string owner, double cpuSeconds, double memoryGiBHours)
    {
        lock (_gate)
        {
            TurnLocked();
            var usage = FindLocked(owner);
            var today = usage.Today with
            {
                CpuSeconds = usage.Today.CpuSeconds + cpuSeconds,
                MemoryGiBHours = usage.Today.MemoryGiBHours + memoryGiBHours,
            };
            PutLocked(owner, usage with { Today = today });
        }
    }

    public OwnerUsage Read(string owner)
    {
        lock (_gate)
        {
            TurnLocked();
            return FindLocked(owner);
        }
    }

    /// <summary>The day that is counted now, and when it ends.</summary>
    public (DateOnly Day, DateTimeOffset End) Today()
    {
        var now = time.GetUtcNow();
        var start = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        return (DateOnly.FromDateTime(start.UtcDateTime), start.AddDays(1));
    }

    /// <summary>What is to be kept over a restart.</summary>
    public UsageDay Save()
    {
        lock (_gate)
        {
            TurnLocked();
            return new UsageDay(_day, _owners.Where(owner => owner.Value.Today != DailyUsage.None)
                .ToDictionary(owner => owner.Key, owner => owner.Value.Today, StringComparer.Ordinal));
        }
    }

    /// <summary>Goes on from what was kept, if that was today. To be called before anything is claimed.</summary>
    public void Restore(UsageDay saved)
    {
        lock (_gate)
        {
            TurnLocked();
            if (saved.Day != _day) return;
            foreach (var (owner, today) in saved.Owners) _owners[owner] = FindLocked(owner) with { Today = today };
        }
    }

    /// <param name="undo">There was no session after all, so it does not count for the day either.</param>
    internal void Release(string owner, long diskBytes, bool undo)
    {
        lock (_gate)
        {
            TurnLocked();
            var usage = FindLocked(owner);
            var sessions = undo ? Math.Max(usage.Today.Sessions - 1, 0) : usage.Today.Sessions;
            PutLocked(owner, new OwnerUsage(
                usage.ConcurrentSessions - 1, usage.DiskBytes - diskBytes, usage.Today with { Sessions = sessions }));
        }
    }

    private OwnerUsage FindLocked(string owner) => _owners.GetValueOrDefault(owner, OwnerUsage.None);

    /// <summary>Who holds and has used nothing is not kept.</summary>
    private void PutLocked(string owner, OwnerUsage usage)
    {
        _version++;
        if (usage == OwnerUsage.None) _owners.Remove(owner);
        else _owners[owner] = usage;
    }

    /// <summary>A new day begins with nothing but what is held.</summary>
    private void TurnLocked()
    {
        var today = Today().Day;
        if (today == _day) return;

        _day = today;
        foreach (var (owner, usage) in _owners.ToArray()) PutLocked(owner, usage with { Today = DailyUsage.None });
    }

    private void EnsureRoom(OwnerUsage usage, OwnerUsage then, Quota quota)
    {
        if (options.LimitOf(quota) is { } limit && then.Of(quota) > limit) throw Exceeded(quota, limit, usage);
    }

    private void EnsureLeftToday(OwnerUsage usage)
    {
        foreach (var quota in Daily)
        {
            if (options.LimitOf(quota) is { } limit && usage.Of(quota) >= limit) throw Exceeded(quota, limit, usage);
        }
    }

    private QuotaExceededException Exceeded(Quota quota, double limit, OwnerUsage usage)
    {
        if (quota is Quota.ConcurrentSessions or Quota.DiskBytes) return new(quota, limit, usage.Of(quota), null, SoonAgain);

        var end = Today().End;
        return new(quota, limit, usage.Of(quota), end, end - time.GetUtcNow());
    }
}
