namespace AgentSandbox.Server.Sessions;

/// <summary>Reads the meters of all running sessions now and then, a few at once: a host that hangs holds up few.</summary>
internal sealed class SessionSampler(SessionManager sessions, TimeProvider time) : BackgroundService
{
    private const int AtOnce = 8;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken };
        using var timer = new PeriodicTimer(SessionMeter.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var running = sessions.All.Where(session => session.State is SessionState.Running);
                await Parallel.ForEachAsync(running, options, async (session, token) => await session.Meter.ReadAsync(token));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }
}
