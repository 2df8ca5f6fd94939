using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Server.Runtimes.Native;

/// <summary>A child that was started. Disposing does not end it.</summary>
internal sealed class RunningChild(WatchedProcess process, SafeFileHandle errors) : IDisposable
{
    private const int MaxErrorBytes = 4_096;

    public WatchedProcess Process => process;

    /// <summary>Waits for the end, reaps, and returns how it ended with the beginning of its standard error.</summary>
    public async Task<(ProcessExit Exit, string Error)> WaitAsync()
    {
        await process.Exited.ConfigureAwait(false);
        var exit = process.TryReap() ?? throw new IOException($"The child {process.Pid} was reaped by someone else.");
        return (exit, ReadErrors());
    }

    /// <summary>
    /// Kills the child and what it started, as far as that has not left its process group. The number is safe: the
    /// child is not reaped before <see cref="WaitAsync"/> returns.
    /// </summary>
    public void KillGroup()
    {
        process.Kill();
        _ = Libc.Kill(-process.Pid, Libc.SigKill); // fails when it leads no group yet
    }

    public void Dispose()
    {
        process.Dispose();
        errors.Dispose();
    }

    private string ReadErrors()
    {
        Span<byte> buffer = stackalloc byte[MaxErrorBytes];
        var length = Libc.Read(errors, buffer, (nuint)buffer.Length);
        return length <= 0 ? "" : Encoding.UTF8.GetString(buffer[..(int)length]).Trim();
    }
}
