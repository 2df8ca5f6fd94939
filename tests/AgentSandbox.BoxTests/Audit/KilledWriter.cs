using System.Diagnostics;
using AgentSandbox.Server.Audit;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentSandbox.BoxTests.Audit;

/// <summary>A crash as it really is: another process writes an audit log as fast as it can, and is killed in the middle of it.</summary>
internal static class KilledWriter
{
    public const string Verb = "write-audit";

    /// <summary>So many entries are in the files when it is killed, or more.</summary>
    public const int Certain = 1_000;

    /// <summary>Returns once it is dead.</summary>
    public static async Task CrashAsync(string directory)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(KilledWriter).Assembly.Location, Verb, directory])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,       // it ends by itself if this process does
        };
        using var process = Process.Start(start)!;
        await process.StandardOutput.ReadLineAsync();
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>The other process.</summary>
    public static async Task<int> RunAsync(string directory)
    {
        using var log = new AuditLog(new AuditOptions(directory), TimeProvider.System, NullLogger<AuditLog>.Instance);
        await log.StartAsync(CancellationToken.None);
        var orphaned = Task.Run(Console.In.ReadLine);
        for (var i = 0; !orphaned.IsCompleted; i++)
        {
            await log.AppendAsync(new AuditEntry { Action = "runCommand", SessionId = "s", Command = $"echo {i} {new string('x', i % 3_000)}" });
            if (i != Certain) continue;
            await log.FlushAsync(CancellationToken.None);
            Console.WriteLine("many");
        }

        return 1;
    }
}
