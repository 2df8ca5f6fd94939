using System.Text.Json;
using AgentSandbox.Server.Observability;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AgentSandbox.Tests.Observability;

public sealed class JsonLinesFormatterTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public void Write_AMessageInAScope_HasTheDocumentedFields()
    {
        var line = Write("Session {SessionId} ended", [new("SessionId", "abc"), new("DurationMs", 5)], new RequestScope("abc", "127.0.0.1", "r1"));

        Assert.Equal("2026-01-02T03:04:05+00:00", line.GetProperty("timestamp").GetString());
        Assert.Equal("warn", line.GetProperty("level").GetString());
        Assert.Equal("Session {SessionId} ended", line.GetProperty("message").GetString());
        Assert.Equal("sandbox-backend", line.GetProperty("service").GetString());
        Assert.Equal("abc", line.GetProperty("sessionId").GetString());
        Assert.Equal("127.0.0.1", line.GetProperty("ip").GetString());
        Assert.Equal(5, line.GetProperty("durationMs").GetInt32());
    }

    [Fact]
    public void Write_HostileText_StaysOneLineOfValidJson()
    {
        var line = Write("a\nb\r\0\u001b[31m\"}", [new("Message", "forged"), new("level", "forged")], null);

        Assert.Equal("a\nb\r\0\u001b[31m\"}", line.GetProperty("message").GetString());
        Assert.Equal("warn", line.GetProperty("level").GetString());
    }

    private JsonElement Write(string message, List<KeyValuePair<string, object?>> state, RequestScope? scope)
    {
        var scopes = new LoggerExternalScopeProvider();
        if (scope is not null) scopes.Push(scope);
        using var writer = new StringWriter();
        var entry = new LogEntry<List<KeyValuePair<string, object?>>>(LogLevel.Warning, "Test", new EventId(1), state, null, (_, _) => message);
        new JsonLinesFormatter(_time).Write(entry, scopes, writer);

        var text = writer.ToString();
        Assert.Equal(text.Length - 1, text.IndexOf('\n', StringComparison.Ordinal));
        return JsonDocument.Parse(text).RootElement;
    }
}
