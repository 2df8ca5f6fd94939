namespace AgentSandbox.Server.Sessions;

/// <summary>
/// Removes expired sessions. They stop being found at their deadline exactly; this frees what they hold, at most a
/// second later. If its loop dies the host stops: a server that no longer cleans up must not go on quietly.
/// </summary>
internal sealed class SessionReaper(SessionManager sessions, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) sessions.DeleteExpired();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }
}
