using AgentSandbox.Server.Limits;
using AgentSandbox.Server.Limits.Quotas;

namespace AgentSandbox.Server.Configuration;

/// <summary>Reads how much callers may ask for, and owners use.</summary>
internal static class LimitsReader
{
    private const long Pebibyte = 1L << 50;

    public static RateLimitOptions ReadRates(EnvironmentReader reader)
    {
        var defaults = new RateLimitOptions();
        return new RateLimitOptions
        {
            MaxRequests = (int?)ReadLimit(reader, "RATE_LIMIT_MAX_REQUESTS", 1, 1_000_000),
            MaxKeyRequests = (int?)ReadLimit(reader, "RATE_LIMIT_KEY_MAX_REQUESTS", 1, 10_000_000),
            MaxKeyAtOnce = reader.Integer("RATE_LIMIT_KEY_MAX_AT_ONCE", defaults.MaxKeyAtOnce, 1, 10_000),
            MaxFailures = reader.Integer("RATE_LIMIT_MAX_FAILURES", defaults.MaxFailures, 1, 1_000_000),
        };
    }

    public static QuotaOptions ReadQuotas(EnvironmentReader reader) => new()
    {
        ConcurrentSessions = ReadLimit(reader, "QUOTA_CONCURRENT_SESSIONS", 0, 10_000),
        SessionsPerDay = ReadLimit(reader, "QUOTA_SESSIONS_PER_DAY", 0, 100_000_000),
        CpuSecondsPerDay = ReadAmount(reader, "QUOTA_CPU_SECONDS_PER_DAY"),
        MemoryGiBHoursPerDay = ReadAmount(reader, "QUOTA_MEMORY_GIB_HOURS_PER_DAY"),
        DiskBytes = reader.Bytes("QUOTA_DISK_BYTES", 0, 0, Pebibyte) is > 0 and var bytes ? bytes : null,
    };

    /// <summary>Null when it is not set, or 0 where that is allowed.</summary>
    private static long? ReadLimit(EnvironmentReader reader, string name, long minimum, long maximum) =>
        reader.Text(name) is not null && reader.Long(name, minimum, minimum, maximum) is > 0 and var limit ? limit : null;

    private static double? ReadAmount(EnvironmentReader reader, string name) =>
        reader.Number(name, 0, 0, 1_000_000_000) is > 0 and var amount ? amount : null;
}
