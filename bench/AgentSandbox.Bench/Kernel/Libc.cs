using System.ComponentModel;
using System.Runtime.InteropServices;

namespace AgentSandbox.Bench.Kernel;

/// <summary>The two calls that .NET has no door to: a signal other than KILL, and the owner of a file.</summary>
internal static partial class Libc
{
    private const int SigTerm = 15;
    private const int CurrentDirectory = -100;      // AT_FDCWD
    private const int DoNotFollow = 0x100;          // AT_SYMLINK_NOFOLLOW
    private const uint WantOwner = 0x8 | 0x10;      // STATX_UID | STATX_GID

    /// <summary>Asks a process to end. False when it is gone already.</summary>
    public static bool Terminate(int pid) => Kill(pid, SigTerm) == 0;

    /// <summary>Owner and group of a file or of a link itself.</summary>
    public static (int User, int Group) GetOwner(string path)
    {
        if (StatX(CurrentDirectory, path, DoNotFollow, WantOwner, out var status) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"statx {path}");
        return ((int)status.User, (int)status.Group);
    }

    // SAFETY: takes two numbers.
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    // SAFETY: the path is copied and terminated by the marshaller; the kernel fills exactly 256 bytes.
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, out FileStatus status);

    /// <summary><c>struct statx</c>, the same on every architecture (statx(2)).</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct FileStatus
    {
        [FieldOffset(20)]
        public uint User;

        [FieldOffset(24)]
        public uint Group;
    }
}
