using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.Server.Sessions;

/// <summary>What sessions get when they ask for nothing, and the most that they may ask for.</summary>
internal sealed class SessionOptions
{
    /// <summary>What a session is made from that names no template. <c>DEFAULT_TEMPLATE</c>; default.</summary>
    public string Template { get; set; } = "default";

    /// <summary>The isolation of a session that names none, and of the ready boxes. <c>DEFAULT_ISOLATION</c>; standard.</summary>
    public string Isolation { get; set; } = RuntimeCapabilities.Standard;

    /// <summary>Time to live of a session, in milliseconds. <c>SESSION_TIMEOUT_MS</c>; 1 000 to the maximum; 300 000.</summary>
    public long TimeoutMs { get; set; } = 300_000;

    /// <summary>The longest time to live, in milliseconds. <c>SESSION_MAX_TIMEOUT_MS</c>; 1 000 to 30 days; 24 hours.</summary>
    public long MaxTimeoutMs { get; set; } = 86_400_000;

    /// <summary>Sessions alive at once. <c>MAX_CONCURRENT_SESSIONS</c>; 1 to 10 000; 10.</summary>
    public int MaxConcurrent { get; set; } = 10;

    /// <summary>
    /// Requests that one session serves at once; a foreground command and every event stream is one.
    /// <c>SESSION_MAX_STREAMS</c>; 1 to 1 000; 64.
    /// </summary>
    public int MaxStreams { get; set; } = 64;

    /// <summary>
    /// Output and listings that the server holds for the callers of one session, in bytes: 16 MiB, or as much as one command's
    /// result if that is more.
    /// </summary>
    public long MaxAnswerBytes { get; set; } = 16 << 20;

    /// <summary>
    /// How long a session's host may be silent before the session counts as lost. <c>SESSION_LOST_GRACE_MS</c>; 0 to 1 hour;
    /// 30 000.
    /// </summary>
    public TimeSpan LostGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// <c>CONTAINER_MEMORY_LIMIT</c> (32m to 1t; 512m), <c>CONTAINER_CPU_LIMIT</c> (0.05 to 1 024; 1),
    /// <c>CONTAINER_PIDS_LIMIT</c> (16 to 32 768; 100), <c>CONTAINER_DISK_LIMIT</c> (1m to 1t; 192m).
    /// </summary>
    public SandboxLimits Limits { get; set; } = new(512L << 20, 1, 100, 192L << 20);

    /// <summary>
    /// The most that a session may ask for: <c>CONTAINER_MEMORY_MAX</c> (4g), <c>CONTAINER_CPU_MAX</c> (the host's
    /// processors), <c>CONTAINER_PIDS_MAX</c> (4 096), <c>CONTAINER_DISK_MAX</c> (4g). Files live in memory, so the memory
    /// of a session bounds its disk as well: <see cref="SandboxLimits.MaxDiskBytesFor"/>.
    /// </summary>
    public SandboxLimits MaxLimits { get; set; } = new(4L << 30, Environment.ProcessorCount, 4096, 4L << 30);

    /// <summary>The least that a box can start and answer with.</summary>
    public static readonly SandboxLimits MinLimits = new(32L << 20, 0.05, 16, 1L << 20);
}
