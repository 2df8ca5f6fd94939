using System.ComponentModel;
using System.Diagnostics;
using AgentSandbox.Server.Runtimes.Cgroups;
using AgentSandbox.Server.Runtimes.Native;

namespace AgentSandbox.Server.Doctor;

/// <summary>The machine as the checks see it: its files and its programs. Tests give a recorded one.</summary>
/// <param name="fileSystemRoot">Put before every path; empty for the real machine.</param>
/// <param name="isDelegated">Whether a control group was handed to the user to divide.</param>
/// <param name="runTool">The first line that a program prints, or null when there is no such program.</param>
internal sealed class DoctorHost(
    string fileSystemRoot, uint userId, string userName, Func<string, bool> isDelegated, Func<string, string, string?> runTool)
{
    public string FileSystemRoot => fileSystemRoot;

    public bool IsRoot => userId == 0;

    public uint UserId => userId;

    public string UserName => userName;

    public static DoctorHost Local() => new("", Libc.GetEffectiveUserId(), Environment.UserName, Delegation.IsDelegated, RunLocally);

    public bool IsDelegated(string controlGroup) => isDelegated(controlGroup);

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

    /// <summary>The names in a directory; none when it is missing.</summary>
    public IEnumerable<string> List(string directory)
    {
        var path = fileSystemRoot + directory;
        return Directory.Exists(path) ? Directory.EnumerateFileSystemEntries(path).Select(entry => Path.GetFileName(entry)) : [];
    }

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
