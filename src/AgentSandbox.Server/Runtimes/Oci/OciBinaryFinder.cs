using System.Diagnostics;
using System.Text.RegularExpressions;

namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>Finds OCI runtimes on this host by name or path, and asks which they are.</summary>
internal static partial class OciBinaryFinder
{
    /// <summary>In this order: crun starts a box in a third of the time.</summary>
    private static readonly string[] KnownNames = ["crun", "runc"];

    private static readonly string[] SystemDirectories = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static IReadOnlyList<string> Candidates(string setting) =>
        string.Equals(setting, OciOptions.AutomaticRuntime, StringComparison.Ordinal) ? KnownNames : [setting];

    /// <summary>The binary, or why it is none.</summary>
    public static async Task<(OciBinary? Binary, string? Reason)> FindAsync(string nameOrPath, CancellationToken cancellationToken)
    {
        if (FindPath(nameOrPath) is not { } path) return (null, "not installed");

        var output = await RunAsync(path, cancellationToken).ConfigureAwait(false);
        if (output is null || VersionLine().Match(output) is not { Success: true } match) return (null, $"{path} is neither crun, runc nor runsc");

        var kind = match.Groups["name"].Value switch
        {
            "crun" => OciBinaryKind.Crun,
            "runc" => OciBinaryKind.Runc,
            _ => OciBinaryKind.Runsc,
        };
        return (new OciBinary(path, kind, match.Groups["version"].Value), null);
    }

    private static string? FindPath(string nameOrPath)
    {
        if (Path.IsPathRooted(nameOrPath)) return File.Exists(nameOrPath) ? nameOrPath : null;

        // The system's directories too: an ordinary user's PATH, or a service's, often lacks sbin.
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(SystemDirectories);
        return directories.Where(Path.IsPathRooted).Select(directory => Path.Combine(directory, nameOrPath)).FirstOrDefault(File.Exists);
    }

    private static async Task<string?> RunAsync(string path, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(path, "--version") { UseShellExecute = false, RedirectStandardOutput = true })!;
            var output = await process.StandardOutput.ReadToEndAsync(deadline.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
            return output;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null; // not executable, or it does not answer
        }
    }

    [GeneratedRegex(@"^(?<name>crun|runc|runsc) version (?<version>\S+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex VersionLine();
}
