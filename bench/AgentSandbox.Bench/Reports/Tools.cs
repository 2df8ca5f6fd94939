using System.ComponentModel;
using System.Diagnostics;

namespace AgentSandbox.Bench.Reports;

/// <summary>What makes the server's boxes on this machine, besides an engine, which tells of itself.</summary>
internal static class Tools
{
    /// <summary>Names and versions; null when there is nothing to tell.</summary>
    public static string? Describe(Subject subject)
    {
        if (subject.IsGvisor) return $"{FirstLineOf("runsc")}, platform {Hosts.Gvisor.Platform}";
        return subject.IsOnDocker ? null : FirstLineOf("crun") ?? FirstLineOf("runc");      // as the server chooses
    }

    /// <summary>Null when there is no such program.</summary>
    private static string? FirstLineOf(string program)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, "--version") { UseShellExecute = false, RedirectStandardOutput = true });
            return process?.StandardOutput.ReadLine();
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
