using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace AgentSandbox.Server.Observability;

/// <summary>Readable lines for a terminal: time, level, message. Control characters are shown, never obeyed.</summary>
internal sealed class LineFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "lines";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var now = time.GetLocalNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        textWriter.WriteLine($"{now} {LogLevelNames.Of(logEntry.LogLevel, logEntry.EventId),-5} {VisibleText.Of(logEntry.Formatter(logEntry.State, logEntry.Exception))}");
        if (logEntry.Exception is not { } exception) return;

        // Set in: a line break in an exception's message must not begin what looks like a line of the log.
        foreach (var line in exception.ToString().Split('\n')) textWriter.WriteLine($"    {VisibleText.Of(line.TrimEnd('\r'))}");
    }
}
