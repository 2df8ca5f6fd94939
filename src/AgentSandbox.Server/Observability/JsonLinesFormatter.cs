using System.Text.Json;
using AgentSandbox.Server.Problems;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace AgentSandbox.Server.Observability;

/// <summary>
/// One JSON object per line: <c>timestamp, level, message, service</c>, then the named properties of the message and of
/// its scopes, <c>sessionId</c> and <c>ip</c> among them. What could end or disguise a line is escaped, so no text can forge one.
/// </summary>
internal sealed class JsonLinesFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "json-lines";
    private const string Service = "sandbox-backend";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JsonSettings.Default.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", time.GetUtcNow());
            json.WriteString("level", LogLevelNames.Of(logEntry.LogLevel, logEntry.EventId));
            json.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            json.WriteString("service", Service);
            json.WriteNumber("eventId", logEntry.EventId.Id);
            json.WriteString("category", logEntry.Category);
            var written = new HashSet<string>(StringComparer.Ordinal) { "timestamp", "level", "message", "service", "eventId", "category", "exception" };
            WriteProperties(json, logEntry.State, written);
            scopeProvider?.ForEachScope((scope, writer) => WriteProperties(writer, scope, written), json);
            if (logEntry.Exception is { } exception) json.WriteString("exception", exception.ToString());
            json.WriteEndObject();
        }

        // Outside of its texts JSON has none of these characters.
        textWriter.WriteLine(VisibleText.Of(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length)));
    }

    private static void WriteProperties(Utf8JsonWriter json, object? state, HashSet<string> written)
    {
        if (state is not IEnumerable<KeyValuePair<string, object?>> properties) return;
        foreach (var (name, value) in properties)
        {
            var key = JsonNamingPolicy.CamelCase.ConvertName(name);
            if (name == "{OriginalFormat}" || value is null || !written.Add(key)) continue;
            WriteValue(json, key, value);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, string key, object value)
    {
        switch (value)
        {
            case int or long or short or byte: json.WriteNumber(key, Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)); break;
            case double number: json.WriteNumber(key, number); break;
            case bool flag: json.WriteBoolean(key, flag); break;
            default: json.WriteString(key, value.ToString()); break;
        }
    }
}
