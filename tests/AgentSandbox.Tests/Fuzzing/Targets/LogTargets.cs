using System.Text;
using System.Text.Json;
using AgentSandbox.Server.Observability;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace AgentSandbox.Tests.Fuzzing.Targets;

/// <summary>Whatever is logged, a line of the log is one line, and looks like what it is.</summary>
internal static class LogTargets
{
    public static IEnumerable<FuzzTarget> All =>
    [
        new("json-log", WriteJson) { Seeds = Seeds, Tokens = Tokens, Allocation = 32 * 1024, AllocationPerByte = 256 },
        new("terminal-log", WriteLine) { Seeds = Seeds, Tokens = Tokens, Allocation = 32 * 1024, AllocationPerByte = 512 },
    ];

    private static byte[][] Seeds => [Encoding.Unicode.GetBytes("Request GET /a\r\n{\"level\":\"error\"}"), Encoding.Unicode.GetBytes("\u001b[31m\ud800x\u202e\u2028\u0085")];

    private static byte[][] Tokens => [.. new[] { "\n", "\r", "\u2028", "\u2029", "\u0085", "\u001b]0;", "\ud83d", "\ude00", "\"", "\\", "\u202e", "\0" }.Select(Encoding.Unicode.GetBytes)];

    private static int WriteJson(byte[] input)
    {
        // Any UTF-16, halves of pairs included.
        var said = Encoding.Unicode.GetString(input);
        var line = Write(new JsonLinesFormatter(TimeProvider.System), said);
        using var json = JsonDocument.Parse(line);
        Assert.Equal("warn", json.RootElement.GetProperty("level").GetString());
        // Half of a pair is the only thing that cannot be written down.
        var isText = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(said)) == said;
        if (isText) Assert.Equal(said, json.RootElement.GetProperty("path").GetString());
        return Outcome.Of(Outcome.Scale(line.Length - said.Length));
    }

    private static int WriteLine(byte[] input)
    {
        var said = Encoding.Unicode.GetString(input);
        var line = Write(new LineFormatter(TimeProvider.System), said);
        return Outcome.Of(Outcome.Scale(line.Length - said.Length));
    }

    private static string Write(ConsoleFormatter formatter, string said)
    {
        using var writer = new StringWriter();
        List<KeyValuePair<string, object?>> state = [new("Path", said), new("level", said)];
        var scopes = new LoggerExternalScopeProvider();
        using var scope = scopes.Push(new RequestScope(said, "127.0.0.1", "r1"));
        formatter.Write(new LogEntry<List<KeyValuePair<string, object?>>>(LogLevel.Warning, "Test", new EventId(1), state, null, (_, _) => said), scopes, writer);

        var line = writer.ToString();
        Assert.EndsWith("\n", line, StringComparison.Ordinal);
        Assert.DoesNotContain(line[..^1], IsDeceptive);
        return line;
    }

    /// <summary>What ends a line, drives a terminal or turns the direction of reading.</summary>
    private static bool IsDeceptive(char letter) =>
        char.IsControl(letter) || letter is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
