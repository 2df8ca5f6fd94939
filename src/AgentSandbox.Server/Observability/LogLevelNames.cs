using AgentSandbox.Server.Audit;

namespace AgentSandbox.Server.Observability;

internal static class LogLevelNames
{
    /// <summary>The framework's levels cannot be added to, so suspicious activity is told from other warnings by its event.</summary>
    public static string Of(LogLevel level, EventId @event) => @event.Id == SecurityLog.EventId ? "security" : level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };
}
