using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Server.Runtimes.Native;

/// <summary>
/// One process, held by a pidfd: unlike a number it can never come to mean another process. Made by
/// <see cref="ProcessWatcher"/>, owned by whoever asked for it. Thread-safe.
/// </summary>
internal sealed class WatchedProcess(int pid, SafeFileHandle handle, Task exited, Action forget) : IDisposable
{
    private const int NoSuchProcess = 3; // ESRCH

    public int Pid { get; } = pid;

    /// <summary>Completes when the process has ended, as a zombie or altogether; cancelled when nobody watches any more.</summary>
    public Task Exited { get; } = exited;

    /// <summary>Does nothing when the process has ended.</summary>
    public void Kill()
    {
        if (Libc.PidFdSendSignal(handle, Libc.SigKill) < 0 && Marshal.GetLastPInvokeError() != NoSuchProcess)
            throw Libc.Error($"kill {Pid}");
    }

    /// <summary>Takes a child's zombie away; null while it runs, and when it is not ours to reap.</summary>
    public ProcessExit? TryReap()
    {
        Libc.SignalInfo info = default;
        var result = Libc.WaitId(Libc.WaitPidFd, handle, ref info, Libc.WaitExited | Libc.WaitNoHang);
        if (result < 0 || info.Pid == 0) return null;
        return info.Code == Libc.ExitedNormally ? new ProcessExit(info.Status, Signal: null) : new ProcessExit(Code: null, info.Status);
    }

    public void Dispose()
    {
        forget();
        handle.Dispose();
    }
}

/// <summary>How a process ended: with a code, or by a signal.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ProcessExit(int? Code, int? Signal)
{
    public override string ToString() => Signal is { } signal ? $"signal {signal}" : $"exit code {Code}";
}
