using System.Runtime.InteropServices;

namespace AgentSandbox.Bench.Kernel;

/// <summary>The one call that .NET has no door to: a signal to a process that is not a child.</summary>
internal static partial class Libc
{
    private const int SigKill = 9;
    private const int SigTerm = 15;

    /// <summary>Asks a process to end. False when it is gone already.</summary>
    public static bool Terminate(int pid) => SendSignal(pid, SigTerm) == 0;

    /// <summary>Ends a process. False when it is gone already.</summary>
    public static bool Kill(int pid) => SendSignal(pid, SigKill) == 0;

    // SAFETY: takes two numbers.
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}
