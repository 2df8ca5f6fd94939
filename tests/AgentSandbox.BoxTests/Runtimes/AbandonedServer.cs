using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>
/// A crash of the server, as it really is: another process opens the runtime, starts a box and a command in it, and is killed
/// in the middle of it.
/// </summary>
internal static class AbandonedServer
{
    public const string Verb = "abandon";

    /// <summary>Prints "before", waits for a line, prints "after".</summary>
    private const string Command = "echo before; read -r line; echo after $line";

    /// <summary>Returns the command's pid in the box.</summary>
    public static async Task<int> CrashAsync(RuntimeUnderTest runtime, string boxId)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(AbandonedServer).Assembly.Location, Verb, boxId, .. runtime.Words])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,       // it ends by itself if this process does
        };
        using var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync();
        process.Kill();
        await process.WaitForExitAsync();
        return int.Parse(line ?? throw new InvalidOperationException("The other process failed."), CultureInfo.InvariantCulture);
    }

    /// <summary>The other process.</summary>
    public static async Task<int> RunAsync(string boxId, string[] words)
    {
        await using var underTest = await RuntimesUnderTest.FromAsync(words);
        await using var runtime = await underTest.OpenAsync();
        var spec = new SandboxSpec(boxId, underTest.Template, OciFixture.Limits, underTest.Isolation);
        await using var box = await LiveBox.StartAsync(runtime, spec);
        await using var command = await box.StartAsync(Command);
        await command.ReadAsync(CancellationToken.None).FirstAsync();

        Console.WriteLine(command.Pid);
        await Console.In.ReadLineAsync();
        return 1;
    }
}
