using System.Runtime.InteropServices;

namespace AgentSandbox.Bench.Kernel;

/// <summary>The one call that .NET has no door to: a signal other than KILL.</summary>
internal static partial class Libc
{
    private const int SigTerm = 15;

    /// <summary>Asks a process to end. False when it is gone already.</summary>
    public static bool Terminate(int pid) => Kill(pid, SigTerm) == 0;

    // SAFETY: takes two numbers.
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
