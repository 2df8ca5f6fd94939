using AgentSandbox.Protocol;
using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Sessions;

namespace AgentSandbox.Server.Commands;

/// <summary>
/// Learns how commands end that nobody follows, for the audit log. It asks now and then, because to be told it would have to
/// take all their output. A command that ends with its session has no end of its own in the log.
/// </summary>
internal sealed class BackgroundWatch(TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public void Begin(Session session, int pid, AuditRecord audit) => _ = WatchAsync(session, pid, audit);

    private async Task WatchAsync(Session session, int pid, AuditRecord audit)
    {
        for (var pause = FirstPause; session.State is SessionState.Running or SessionState.Lost; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            await Task.Delay(pause, time);
            try
            {
                var status = await session.Sandbox.Guest.GetCommandAsync(pid, CancellationToken.None);
                if (status.Exit is not { } exit) continue;

                await CommandEnds.TellAsync(audit, CommandShape.Exited(pid, exit, oomKilled: false), outputBytes: null);
                return;
            }
            catch (GuestException exception) when (exception.Code is GuestErrorCode.CommandNotFound)
            {
                await CommandEnds.TellAsync(audit, exited: null, outputBytes: null);
                return;
            }
            catch (GuestException)
            {
                // There is no link now. It comes back, or the session ends.
            }
        }
    }
}
