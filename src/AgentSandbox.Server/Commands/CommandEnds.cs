using AgentSandbox.Server.Audit;

namespace AgentSandbox.Server.Commands;

/// <summary>What the audit log and the security log are told of a command's end.</summary>
internal static class CommandEnds
{
    private const string SystemCallSignal = "SIGSYS";

    /// <summary>How a shell tells that SIGSYS ended its child.</summary>
    private const int SystemCallExitCode = 128 + 31;

    /// <param name="exited">Null when that is not known: the box ended first, or did not answer any more.</param>
    /// <param name="outputBytes">Null when nobody has read it.</param>
    public static ValueTask TellAsync(AuditRecord audit, CommandExited? exited, long? outputBytes)
    {
        if (exited is { Signal: SystemCallSignal } or { ExitCode: SystemCallExitCode })
            audit.Note(SecurityEvent.SeccompKill, "A command was ended for a system call that boxes may not make.");

        return audit.FollowAsync(new AuditEntry
        {
            Action = AuditActions.CommandEnded,
            ExitCode = exited?.ExitCode,
            Signal = exited?.Signal,
            TimedOut = exited?.TimedOut,
            OomKilled = exited?.OomKilled,
            DurationMs = exited?.DurationMs,
            BytesOut = outputBytes,
            Detail = exited is null ? "How it ended is not known." : null,
        });
    }
}
