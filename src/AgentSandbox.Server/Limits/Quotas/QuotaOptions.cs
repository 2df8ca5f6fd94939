namespace AgentSandbox.Server.Limits.Quotas;

/// <summary>What one owner may use, admins too. Days are those of UTC. 0 in the environment, or nothing, is no limit.</summary>
internal sealed record QuotaOptions
{
    /// <summary>Sessions alive at once. <c>QUOTA_CONCURRENT_SESSIONS</c>; up to 10 000; none.</summary>
    public long? ConcurrentSessions { get; init; }

    /// <summary>Disk limits of all live sessions together. <c>QUOTA_DISK_BYTES</c>; up to 1 PiB; none.</summary>
    public long? DiskBytes { get; init; }

    /// <summary>Sessions made in a day. <c>QUOTA_SESSIONS_PER_DAY</c>; up to 100 000 000; none.</summary>
    public long? SessionsPerDay { get; init; }

    /// <summary>Processor time in a day. <c>QUOTA_CPU_SECONDS_PER_DAY</c>; up to 1 000 000 000; none.</summary>
    public double? CpuSecondsPerDay { get; init; }

    /// <summary>
    /// Memory in GiB times the hours that it was held, in a day. <c>QUOTA_MEMORY_GIB_HOURS_PER_DAY</c>; up to 1 000 000 000;
    /// none.
    /// </summary>
    public double? MemoryGiBHoursPerDay { get; init; }

    public double? LimitOf(Quota quota) => quota switch
    {
        Quota.ConcurrentSessions => ConcurrentSessions,
        Quota.DiskBytes => DiskBytes,
        Quota.Sessions => SessionsPerDay,
        Quota.CpuSeconds => CpuSecondsPerDay,
        Quota.MemoryGiBHours => MemoryGiBHoursPerDay,
        _ => throw new ArgumentOutOfRangeException(nameof(quota), quota, null),
    };
}
