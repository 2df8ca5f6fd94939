using System.ComponentModel;
using System.Diagnostics;

namespace AgentSandbox.Server.Doctor;

/// <summary>The machine as the checks see it: its files and its programs. Tests give a recorded one.</summary>
/// <param name="fileSystemRoot">Put before every path; empty for the real machine.</param>
/// <param name="runTool">The first line that a program prints, or null when there is no such program.</param>
internal sealed class DoctorHost(string fileSystemRoot, bool isRoot, string userName, Func<string, string, string?> runTool)
{
    public bool IsRoot => isRoot;

    public string UserName => userName;

    public static DoctorHost Local() => new("", Environment.IsPrivilegedProcess, Environment.UserName, RunLocally);

    public bool Exists(string path) => Path.Exists(fileSystemRoot + path);

    /// <summary>The text without white space around it; null when the file is missing or may not be read.</summary>
    public string? Read(string path)
    {
        try
        {
            return File.ReadAllText(fileSystemRoot + path).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public IEnumerable<string> ReadLines(string path) => (Read(path) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string? FirstLineOf(string tool, string argument) => runTool(tool, argument);

    private static string? RunLocally(string tool, string argument)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(tool, [argument]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true });
            var line = process?.StandardOutput.ReadLine();
            process?.StandardOutput.ReadToEnd();
            process?.WaitForExit();
            return line ?? "";
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
