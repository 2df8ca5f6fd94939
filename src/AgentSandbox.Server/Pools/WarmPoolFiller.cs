using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Pools;

/// <summary>Keeps the pool full, one box at a time, and steps back while requests wait for boxes of their own.</summary>
internal sealed partial class WarmPoolFiller(
    WarmPool pool,
    SandboxBooter booter,
    TemplateCatalog templates,
    PoolOptions options,
    TimeProvider time,
    ILogger<WarmPoolFiller> logger) : BackgroundService
{
    private static readonly TimeSpan Breather = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxBackOff = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await FillAsync(stoppingToken);
                await pool.WaitForRoomAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; whoever stops it closes the pool.
        }
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        var backOff = FirstBackOff;
        while (!pool.IsFull)
        {
            while (booter.Waiting > 0) await Task.Delay(Breather, time, cancellationToken);
            try
            {
                pool.Put(await BootAsync(cancellationToken));
                backOff = FirstBackOff;
            }
            catch (Exception exception) when (exception is SandboxRuntimeException or AggregateException)
            {
                Log.BootFailed(logger, exception, backOff);
                await Task.Delay(backOff, time, cancellationToken);
                backOff = backOff * 2 < MaxBackOff ? backOff * 2 : MaxBackOff;
            }
        }
    }

    private Task<Sandbox> BootAsync(CancellationToken cancellationToken)
    {
        var template = templates.Find(options.Template)
            ?? throw new SandboxRuntimeException($"Template {options.Template} is not built.");
        return booter.BootAsync(template, options.Limits, RuntimeCapabilities.Standard, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(2200, LogLevel.Error, "The warm pool could not be filled; next attempt in {BackOff}.")]
        public static partial void BootFailed(ILogger logger, Exception exception, TimeSpan backOff);
    }
}
