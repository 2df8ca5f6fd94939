namespace AgentSandbox.Server.Limits.Quotas;

/// <summary>What an owner uses. Processor time and memory are a few seconds old.</summary>
/// <param name="Day">The day of UTC that daily numbers are of.</param>
/// <param name="Sessions">Made in the day.</param>
/// <param name="DiskBytes">Reserved by the sessions that are alive.</param>
internal sealed record UsageResponse(
    string Owner,
    DateOnly Day,
    QuotaResponse ConcurrentSessions,
    QuotaResponse DiskBytes,
    QuotaResponse Sessions,
    QuotaResponse CpuSeconds,
    QuotaResponse MemoryGiBHours);

/// <param name="Limit">Null when there is none.</param>
/// <param name="ResetsAt">When <c>used</c> starts anew; null for what is held, not spent.</param>
internal sealed record QuotaResponse(double Used, double? Limit, DateTimeOffset? ResetsAt);
