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
        textWriter.WriteLine($"{now} {LogLevelNames.Of(logEntry.LogLevel),-5} {Visible(logEntry.Formatter(logEntry.State, logEntry.Exception))}");
        if (logEntry.Exception is { } exception) textWriter.WriteLine(string.Join(Environment.NewLine, exception.ToString().Split('\n').Select(line => Visible(line.TrimEnd('\r')))));
    }

    private static string Visible(string text) =>
        !text.Any(char.IsControl)
            ? text
            : string.Concat(text.Select(character => char.IsControl(character) ? $"\\x{(int)character:x2}" : character.ToString()));
}
