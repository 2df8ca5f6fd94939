namespace AgentSandbox.Server.Commands;

/// <summary>Bounds of one command.</summary>
internal sealed class CommandOptions
{
    /// <summary>Time until a command is stopped, in milliseconds. <c>COMMAND_TIMEOUT_MS</c>; 1 to the maximum; 60 000.</summary>
    public long TimeoutMs { get; set; } = 60_000;

    /// <summary>The longest timeout that a caller may ask for. <c>COMMAND_MAX_TIMEOUT_MS</c>; 1 000 to 30 days; 24 hours.</summary>
    public long MaxTimeoutMs { get; set; } = 86_400_000;

    /// <summary>
    /// Bytes of stdout, and of stderr, that a JSON result holds; the rest is dropped and <c>truncated</c> says so. An event
    /// stream has no such bound. <c>COMMAND_MAX_OUTPUT_BYTES</c>; 1k to 64m; 1m.
    /// </summary>
    public int MaxOutputBytes { get; set; } = 1 << 20;

    /// <summary>Between the request to end (TERM) and the force (KILL).</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
}
