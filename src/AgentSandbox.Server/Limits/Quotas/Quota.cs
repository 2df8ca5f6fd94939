namespace AgentSandbox.Server.Limits.Quotas;

/// <summary>What an owner's use is bounded in.</summary>
internal enum Quota
{
    /// <summary>Sessions alive at once.</summary>
    ConcurrentSessions,

    /// <summary>Disk that live sessions may fill, each by its own limit.</summary>
    DiskBytes,

    /// <summary>Sessions made in a day.</summary>
    Sessions,

    /// <summary>Processor time in a day.</summary>
    CpuSeconds,

    /// <summary>Memory times the hours that it was held, in a day.</summary>
    MemoryGiBHours,
}
