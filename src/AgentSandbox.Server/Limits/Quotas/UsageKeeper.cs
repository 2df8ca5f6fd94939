using System.Text.Json;

namespace AgentSandbox.Server.Limits.Quotas;

/// <summary>
/// Carries the day's use over restarts: a crash loses a few seconds of it. First to start and last to stop, so that no session
/// is made before, or charged after. A file that cannot be read or written costs the record, not the service.
/// </summary>
internal sealed partial class UsageKeeper(QuotaLedger ledger, UsageFile file, TimeProvider time, ILogger<UsageKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private long _saved;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await file.ReadAsync(cancellationToken) is { } day) ledger.Restore(day);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            Log.NotRead(logger, exception, file.Path);
        }

        _saved = ledger.Version;
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await SaveAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await SaveAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Saved once more at the end.
        }
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        var version = ledger.Version;
        if (version == _saved) return;
        try
        {
            await file.WriteAsync(ledger.Save(), cancellationToken);
            _saved = version;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.NotSaved(logger, exception, file.Path);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4200, LogLevel.Warning, "{Path} cannot be read: today's use is counted from nothing.")]
        public static partial void NotRead(ILogger logger, Exception exception, string path);

        [LoggerMessage(4201, LogLevel.Warning, "{Path} cannot be written: a restart would forget today's use.")]
        public static partial void NotSaved(ILogger logger, Exception exception, string path);
    }
}
