namespace AgentSandbox.Server.Limits.Quotas;

/// <summary>Quotas as the API names them, after the fields of <see cref="UsageResponse"/>.</summary>
internal static class QuotaNames
{
    public static string Of(Quota quota) => quota switch
    {
        Quota.ConcurrentSessions => "concurrentSessions",
        Quota.DiskBytes => "diskBytes",
        Quota.Sessions => "sessions",
        Quota.CpuSeconds => "cpuSeconds",
        Quota.MemoryGiBHours => "memoryGiBHours",
        _ => throw new ArgumentOutOfRangeException(nameof(quota), quota, null),
    };

    public static string Describe(Quota quota) => quota switch
    {
        Quota.ConcurrentSessions => "Sessions at once",
        Quota.DiskBytes => "Bytes of disk that sessions reserve",
        Quota.Sessions => "Sessions in a day",
        Quota.CpuSeconds => "Seconds of processor time in a day",
        Quota.MemoryGiBHours => "GiB of memory times hours in a day",
        _ => throw new ArgumentOutOfRangeException(nameof(quota), quota, null),
    };
}
