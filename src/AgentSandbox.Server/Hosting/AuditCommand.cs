using System.CommandLine;
using System.Diagnostics;
using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Configuration;

namespace AgentSandbox.Server.Hosting;

/// <summary><c>./run audit verify</c>: checks the audit log without a server, and beside one that runs.</summary>
internal static class AuditCommand
{
    public static Task<int> RunAsync(ServerConfiguration configuration, string[] args)
    {
        var directory = new Argument<string>("directory")
        {
            Description = "Where the log is; this server's unless given.",
            DefaultValueFactory = _ => configuration.Audit.Directory,
        };
        var head = new Option<string?>("--head") { Description = "A hash that the server's log has named: it must be among the entries." };
        var verify = new Command("verify", "Check that no entry was changed, removed, moved or put in.") { directory, head };
        verify.SetAction(parsed => Verify(parsed.GetValue(directory)!, parsed.GetValue(head)?.ToLowerInvariant()));
        return new RootCommand("Check the audit log.") { verify }.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private static int Verify(string path, string? knownHash)
    {
        if (!Directory.Exists(path)) throw new AuditException($"There is no audit log in {path}.");

        var started = Stopwatch.GetTimestamp();
        using var verifier = new AuditVerifier(new AuditDirectory(path), knownHash);
        var found = verifier.Run();
        if (found.Broken is { } broken)
        {
            var place = broken.Line == 0 ? broken.File : $"{broken.File}, line {broken.Line}";
            Console.Error.WriteLine($"{place}: {NameOf(broken.Fault)}: {broken.Detail}");
            Console.Error.WriteLine($"{found.Count} entries before it hold.");
            return 1;
        }

        Console.Out.WriteLine($"{found.Count} entries in {found.Files} files hold ({found.First} to {found.Last}, {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s).");
        if (found.First > 1) Console.Out.WriteLine($"Those before entry {found.First} were rotated away, as the log itself says.");
        if (found.Recovered > 0) Console.Out.WriteLine($"{found.Recovered} times a crash left half an entry; the next one says so.");
        Console.Out.WriteLine(found.Head);
        return 0;
    }

    private static string NameOf(AuditFault fault) => fault switch
    {
        AuditFault.Changed => "changed",
        AuditFault.Missing => "missing",
        AuditFault.OutOfOrder => "out of order",
        _ => "cut",
    };
}
