using System.Diagnostics;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Security;

/// <summary>
/// The attacks that need exact system calls, in C: one static program for all, compiled once per test run. Its sources lie in
/// <c>Probes</c>.
/// </summary>
internal static class Probe
{
    private static readonly Lazy<Task<byte[]>> Binary = new(CompileAsync);

    public static Task<byte[]> BinaryAsync() => Binary.Value;

    private static async Task<byte[]> CompileAsync()
    {
        var directory = Directory.CreateTempSubdirectory("agent-sandbox-probe-").FullName;
        try
        {
            var program = Path.Combine(directory, "probe");
            var sources = Directory.GetFiles(Path.Combine(TestHost.Root, "tests/AgentSandbox.BoxTests/Security/Probes"), "*.c");
            using var clang = Process.Start(new ProcessStartInfo("clang", ["-O1", "-static", "-Wall", "-Werror", "-o", program, .. sources])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            })!;
            var errors = await clang.StandardError.ReadToEndAsync();
            await clang.WaitForExitAsync();
            return clang.ExitCode == 0 ? await File.ReadAllBytesAsync(program) : throw new InvalidOperationException(errors);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
