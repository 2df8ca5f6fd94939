using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace AgentSandbox.Tests.Guest;

/// <summary>
/// The published guest: the file that <c>SANDBOXD</c> names, or one that is published now, once for all tests.
/// </summary>
internal static class GuestBinary
{
    private static readonly Lazy<string> Published = new(Publish);

    public static string Path => Environment.GetEnvironmentVariable("SANDBOXD") is { Length: > 0 } given ? given : Published.Value;

    private static string Publish()
    {
        var root = System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(SourceFile())!, "../../.."));
        var output = System.IO.Path.Combine(root, "artifacts", "guest");
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "publish", System.IO.Path.Combine(root, "src/AgentSandbox.Guest"), "-c", "Release", "-o", output, "-nologo" },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var publish = Process.Start(start)!;
        var log = publish.StandardOutput.ReadToEnd();
        publish.WaitForExit();
        Assert.True(publish.ExitCode == 0, log);
        return System.IO.Path.Combine(output, "sandboxd");
    }

    private static string SourceFile([CallerFilePath] string path = "") => path;
}
