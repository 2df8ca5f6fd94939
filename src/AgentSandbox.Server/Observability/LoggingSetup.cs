using AgentSandbox.Server.Audit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace AgentSandbox.Server.Observability;

internal static class LoggingSetup
{
    /// <summary>JSON lines for machines; readable ones when a person looks at a terminal.</summary>
    public static void AddLogs(this ILoggingBuilder logging, LogLevel level)
    {
        logging.Services.TryAddSingleton(TimeProvider.System);
        logging.ClearProviders();
        logging.SetMinimumLevel(level);
        logging.Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.None);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // Why the server cannot start is told in plain text, by whoever started it.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        // It warns that what seals cookies lies on the disk; the directory is for its owner alone.
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // Every failed request is one line of ours; the framework would add a stack trace of its own.
        logging.AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None);
        // A level of its own: LOG_LEVEL does not silence it.
        logging.AddFilter(typeof(SecurityLog).FullName, LogLevel.Warning);
        logging.AddConsole(options =>
        {
            options.FormatterName = Console.IsOutputRedirected ? JsonLinesFormatter.FormatterName : LineFormatter.FormatterName;
            // A log that cannot be written must not stop the server.
            options.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
        logging.AddConsoleFormatter<JsonLinesFormatter, ConsoleFormatterOptions>();
        logging.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
    }
}
