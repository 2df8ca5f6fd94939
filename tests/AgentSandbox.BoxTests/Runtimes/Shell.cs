using System.Diagnostics;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>Runs a line in the host's shell.</summary>
internal static class Shell
{
    public static async Task<string> OutputAsync(string line)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", line]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output.Trim();
    }
}
