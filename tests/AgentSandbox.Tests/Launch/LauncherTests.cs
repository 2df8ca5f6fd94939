using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using AgentSandbox.Tests.Guest;

namespace AgentSandbox.Tests.Launch;

/// <summary>What every OCI runtime starts with, whichever it is: seen by a program in its place.</summary>
public sealed partial class LauncherTests : IDisposable
{
    private const int SysKeyctl = 250, GetKeyringId = 0, SessionKeyring = -3;

    private readonly string _directory = Directory.CreateTempSubdirectory("launch-tests-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Launch_SessionKeyring_IsANewOne()
    {
        var own = SystemCall(SysKeyctl, GetKeyringId, SessionKeyring, 0);
        Assert.SkipWhen(own < 0, "Whatever these tests run in does not let them see their own keyring.");

        var launched = await LaunchAsync($"import ctypes; print(ctypes.CDLL(None).syscall({SysKeyctl}, {GetKeyringId}, {SessionKeyring}, 0))");

        Assert.True(int.Parse(launched, CultureInfo.InvariantCulture) > 0, launched);
        Assert.NotEqual(own.ToString(CultureInfo.InvariantCulture), launched);
    }

    [Fact]
    public async Task Launch_Environment_Descriptors_AndTerminal_AreItsOwn()
    {
        var launched = await LaunchAsync(
            "import os; print(*os.environ, os.getsid(0) == os.getpid(), open('/proc/self/stat').read().rsplit(')', 1)[1].split()[4], "
            + "*sorted(int(fd) for fd in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{fd}')))");

        // LC_CTYPE is Python's own; 3 is the guest's socket, 4 the file that this is written to.
        Assert.Equal("PATH LC_CTYPE True 0 0 1 2 3 4", launched);
    }

    [Fact]
    public async Task Launch_CoreDumps_AreLimited() =>
        Assert.Matches("^(1 1|0 0)$", await LaunchAsync("import resource; print(*resource.getrlimit(resource.RLIMIT_CORE))"));

    /// <summary>The launcher gives no output of its own to what it starts, so the program writes to a file.</summary>
    private async Task<string> LaunchAsync(string python)
    {
        var output = Path.Combine(_directory, "output");
        string[] words =
        [
            "launch", "--directory", _directory, "--", "/usr/bin/env", "python3", "-c", $"import sys; sys.stdout = open('{output}', 'w'); {python}",
        ];
        using var process = Process.Start(new ProcessStartInfo(GuestBinary.Path, words) { UseShellExecute = false, Environment = { ["SECRET"] = "x" } })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, process.ExitCode);
        return (await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken)).Trim();
    }

    // SAFETY: keyctl is given integers only.
    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint operation, nint keyring, nint create);
}
