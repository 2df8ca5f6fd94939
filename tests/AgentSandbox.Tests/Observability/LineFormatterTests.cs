using AgentSandbox.Server.Observability;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AgentSandbox.Tests.Observability;

public sealed class LineFormatterTests
{
    [Fact]
    public void Write_HostileText_StaysOneLineThatReadsAsItIs()
    {
        var lines = Write("GET /a\r\n12:00:00.000 error forged\u001b[2J\u2028\u202eb", null);

        Assert.EndsWith(@"warn  GET /a\u000d\u000a12:00:00.000 error forged\u001b[2J\u2028\u202eb", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ExceptionWithLinesOfItsOwn_BeginsNoneOfTheLog()
    {
        var lines = Write("It failed.", new InvalidOperationException("first\n12:00:00.000 error forged"));

        Assert.True(lines.Length >= 3);
        Assert.All(lines.Skip(1), line => Assert.StartsWith("    ", line, StringComparison.Ordinal));
    }

    private static string[] Write(string message, Exception? exception)
    {
        using var writer = new StringWriter();
        var entry = new LogEntry<string>(LogLevel.Warning, "Test", new EventId(1), message, exception, (text, _) => text);
        new LineFormatter(new FakeTimeProvider()).Write(entry, null, writer);
        return writer.ToString().TrimEnd('\n').Split('\n');
    }
}
