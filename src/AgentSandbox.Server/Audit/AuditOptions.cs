namespace AgentSandbox.Server.Audit;

/// <summary>Where the audit log is kept, and how much of it.</summary>
/// <param name="Directory">Holds nothing else.</param>
internal sealed record AuditOptions(string Directory)
{
    /// <summary>Whether there is an audit log at all. <c>AUDIT</c>; on or off; on.</summary>
    public bool IsOn { get; init; } = true;

    /// <summary>A file that has reached this is followed by a new one. <c>AUDIT_MAX_FILE_BYTES</c>; 64k to 4g; 64m.</summary>
    public long MaxFileBytes { get; init; } = 64L << 20;

    /// <summary>Files that are kept; the oldest goes when there is one more. <c>AUDIT_MAX_FILES</c>; 2 to 10 000; 16.</summary>
    public int MaxFiles { get; init; } = 16;

    /// <summary>Between two attempts to write what could not be written.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(1);
}
