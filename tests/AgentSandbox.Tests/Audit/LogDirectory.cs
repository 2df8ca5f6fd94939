using System.Text;
using AgentSandbox.Server.Audit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentSandbox.Tests.Audit;

/// <summary>An audit log of one test, in a directory of its own.</summary>
internal sealed class LogDirectory : IDisposable
{
    public LogDirectory() => Options = new AuditOptions(Path.Combine(Root, "audit"));

    public string Root { get; } = Directory.CreateTempSubdirectory("agent-sandbox-audit-").FullName;

    public AuditOptions Options { get; set; }

    public string[] Files => [.. Directory.GetFiles(Options.Directory, "*.jsonl").Order(StringComparer.Ordinal)];

    public async Task<AuditLog> OpenAsync(ILogger<AuditLog>? logger = null)
    {
        var log = new AuditLog(Options, TimeProvider.System, logger ?? NullLogger<AuditLog>.Instance);
        await log.StartAsync(CancellationToken.None);
        return log;
    }

    public async Task WriteAsync(int count)
    {
        using var log = await OpenAsync();
        for (var i = 0; i < count; i++) await log.AppendAsync(Entry(i));
        await log.StopAsync(CancellationToken.None);
    }

    public AuditVerdict Verify(string? head = null)
    {
        using var verifier = new AuditVerifier(new AuditDirectory(Options.Directory), head);
        return verifier.Run();
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    public static IReadOnlyList<AuditEntry> Read(string file) => [.. File.ReadLines(file).Select(line => AuditChain.TryRead(Encoding.UTF8.GetBytes(line))!)];

    public static AuditEntry Entry(int number) => new()
    {
        Action = "runCommand",
        Who = new AuditActor("alice", "key", "k1"),
        Address = "127.0.0.1",
        SessionId = "s" + (number % 3),
        SessionOwner = "alice",
        Command = $"echo {number}",
        ExitCode = 0,
    };
}
