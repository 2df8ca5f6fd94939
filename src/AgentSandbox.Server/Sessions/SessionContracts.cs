using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.Server.Sessions;

/// <summary>Body of a create. Everything may be left out.</summary>
internal sealed record CreateSessionRequest(
    string? Template = null,
    long? TimeoutMs = null,
    IReadOnlyDictionary<string, string?>? Env = null,
    IReadOnlyDictionary<string, string?>? Metadata = null,
    LimitsRequest? Limits = null,
    string? Isolation = null);

/// <summary>Limits that differ from the server's defaults.</summary>
internal sealed record LimitsRequest(long? MemoryBytes = null, double? Cpus = null, int? Pids = null, long? DiskBytes = null);

/// <summary>Body of an update. <c>timeoutMs</c> counts from now; <c>metadata</c> replaces all labels.</summary>
internal sealed record UpdateSessionRequest(long? TimeoutMs = null, IReadOnlyDictionary<string, string?>? Metadata = null);

internal sealed record SessionResponse(
    string Id,
    SessionState State,
    string Template,
    string Runtime,
    string Isolation,
    string Host,
    string Owner,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    long TimeoutMs,
    SandboxLimits Limits,
    IReadOnlyDictionary<string, string> Metadata);

/// <summary>One page of a list. <c>nextCursor</c> is null on the last one.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>What a session's box uses now.</summary>
internal sealed record StatsResponse(long CpuMs, long MemoryBytes, long PeakMemoryBytes, int Pids, long OomKills, SandboxLimits Limits);
