using System.Runtime.InteropServices;

namespace AgentSandbox.Guest.Launch;

/// <summary>A step of the launch failed; the message is printed for the server to log.</summary>
internal sealed class LaunchException(string message) : Exception(message)
{
    public LaunchException(string step, int errno)
        : this($"{step}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})")
    {
    }

    /// <summary>Throws when a system call returned -1.</summary>
    public static void ThrowIfFailed(int result, string step)
    {
        if (result < 0) throw new LaunchException(step, Marshal.GetLastPInvokeError());
    }
}
