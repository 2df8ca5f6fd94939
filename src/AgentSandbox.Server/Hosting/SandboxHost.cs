using AgentSandbox.Server.Access;
using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Configuration;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Health;
using AgentSandbox.Server.Pools;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Sessions;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Hosting;

/// <summary>
/// First to start and last to stop. Before the first request is served a real command has run in a real box; at the end
/// no box is left.
/// </summary>
internal sealed partial class SandboxHost(
    ServerConfiguration configuration,
    TemplateCatalog templates,
    RuntimeTrial trial,
    SandboxJanitor janitor,
    WarmPool pool,
    SessionManager sessions,
    Readiness readiness,
    AccessMode access,
    AuditLog audit,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<SandboxHost> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        access.EnsureClosedToStrangers();
        audit.Append(new AuditEntry { Action = AuditActions.ServerStarted, Detail = $"{configuration.Access.Address}, port {configuration.Port}" });
        var started = time.GetTimestamp();
        var defaults = configuration.Sessions;
        await trial.RunAsync(templates.Find(defaults.Template)!, defaults.Limits, defaults.Isolation, cancellationToken);
        readiness.Set();

        // Requests that wait for a command end with its session; only then can the web server stop without delay.
        lifetime.ApplicationStopping.Register(sessions.DeleteAll);
        lifetime.ApplicationStarted.Register(() => Log.Serving(logger, configuration.Port, (long)time.GetElapsedTime(started).TotalMilliseconds));
        if (access.AllowsAnonymous) Log.OpenToThisMachine(logger);
        else if (configuration.Access.IsOpenToOthers) Log.OpenToOthers(logger);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        sessions.DeleteAll();
        pool.Close();
        await janitor.DrainAsync();
        audit.Append(new AuditEntry { Action = AuditActions.ServerStopped });
        Log.Stopped(logger);
    }

    private static partial class Log
    {
        [LoggerMessage(2000, LogLevel.Information, "Ready after {ElapsedMs} ms. Open http://127.0.0.1:{Port}")]
        public static partial void Serving(ILogger logger, int port, long elapsedMs);

        [LoggerMessage(2004, LogLevel.Information, "No key was made: every program of this machine may use the server, and no other machine. ./run key create makes one.")]
        public static partial void OpenToThisMachine(ILogger logger);

        [LoggerMessage(2005, LogLevel.Warning, "Other machines can reach the server. Keys cross the network in the clear unless a proxy in front of it speaks TLS.")]
        public static partial void OpenToOthers(ILogger logger);

        [LoggerMessage(2002, LogLevel.Information, "Stopped; no box is left.")]
        public static partial void Stopped(ILogger logger);
    }
}
