using System.Runtime.InteropServices;

namespace AgentSandbox.Guest.Loop;

/// <summary>Told about every child and orphan that dies.</summary>
internal interface IChildren
{
    /// <summary>Dead, but its pid is still its own: the last moment to signal its process group.</summary>
    void OnExiting(int pid);

    void OnExited(int pid, ChildExit exit);
}

/// <param name="Status">As <c>wait</c> gives it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ChildExit(int Status, long CpuMicroseconds, long PeakMemoryBytes)
{
    public int? Signal => (Status & 0x7F) is var signal and not 0 ? signal : null;

    public int? Code => Signal is null ? (Status >> 8) & 0xFF : null;
}
