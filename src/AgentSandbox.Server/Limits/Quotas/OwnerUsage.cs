namespace AgentSandbox.Server.Limits.Quotas;

/// <summary>What one owner holds now, and has used today.</summary>
internal sealed record OwnerUsage(int ConcurrentSessions, long DiskBytes, DailyUsage Today)
{
    public static OwnerUsage None { get; } = new(0, 0, DailyUsage.None);

    public double Of(Quota quota) => quota switch
    {
        Quota.ConcurrentSessions => ConcurrentSessions,
        Quota.DiskBytes => DiskBytes,
        Quota.Sessions => Today.Sessions,
        Quota.CpuSeconds => Today.CpuSeconds,
        Quota.MemoryGiBHours => Today.MemoryGiBHours,
        _ => throw new ArgumentOutOfRangeException(nameof(quota), quota, null),
    };
}

/// <summary>What one owner has used in one day; this survives the server.</summary>
internal sealed record DailyUsage(int Sessions, double CpuSeconds, double MemoryGiBHours)
{
    public static DailyUsage None { get; } = new(0, 0, 0);
}

/// <summary>One day's use by everybody.</summary>
internal sealed record UsageDay(DateOnly Day, IReadOnlyDictionary<string, DailyUsage> Owners);
