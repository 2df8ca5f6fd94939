using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Pools;

/// <summary>
/// Keeps the pool full on every host, one box at a time, and steps back while requests wait for boxes of their own. Hosts do
/// not wait for each other: one that is slow holds up only itself.
/// </summary>
internal sealed partial class WarmPoolFiller(
    WarmPool pool,
    ISandboxRuntime runtime,
    SandboxBooter booter,
    TemplateCatalog templates,
    PoolOptions options,
    TimeProvider time,
    ILogger<WarmPoolFiller> logger) : BackgroundService
{
    private static readonly TimeSpan Breather = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxBackOff = TimeSpan.FromMinutes(1);

    /// <summary>Nobody tells when a host comes back, or has room again.</summary>
    private static readonly TimeSpan LookAround = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(runtime.Hosts.Select(host => KeepFullAsync(host.Name, stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; whoever stops it closes the pool.
        }
    }

    private async Task KeepFullAsync(string host, CancellationToken cancellationToken)
    {
        while (true)
        {
            await FillAsync(host, cancellationToken);
            await pool.WaitForRoomAsync(host, LookAround, cancellationToken);
        }
    }

    private async Task FillAsync(string host, CancellationToken cancellationToken)
    {
        var backOff = FirstBackOff;
        while (pool.HasRoomOn(host))
        {
            while (booter.Waiting > 0) await Task.Delay(Breather, time, cancellationToken);
            try
            {
                pool.Put(await BootAsync(host, cancellationToken));
                backOff = FirstBackOff;
            }
            catch (Exception exception) when (exception is SandboxRuntimeException or AggregateException)
            {
                Log.BootFailed(logger, exception, host, backOff);
                await Task.Delay(backOff, time, cancellationToken);
                backOff = backOff * 2 < MaxBackOff ? backOff * 2 : MaxBackOff;
            }
        }
    }

    private Task<Sandbox> BootAsync(string host, CancellationToken cancellationToken)
    {
        var template = templates.Find(options.Template)
            ?? throw new SandboxRuntimeException($"Template {options.Template} is not built.");
        return booter.BootAsync(template, options.Limits, options.Isolation, cancellationToken, host);
    }

    private static partial class Log
    {
        [LoggerMessage(2200, LogLevel.Error, "The warm pool could not be filled on host {Host}; next attempt in {BackOff}.")]
        public static partial void BootFailed(ILogger logger, Exception exception, string host, TimeSpan backOff);
    }
}
