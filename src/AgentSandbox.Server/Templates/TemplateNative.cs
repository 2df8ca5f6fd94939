using System.ComponentModel;
using System.Runtime.InteropServices;

namespace AgentSandbox.Server.Templates;

/// <summary>What a template's build needs of Linux and .NET does not offer.</summary>
internal static partial class TemplateNative
{
    private const int Kill = 9;
    private const int CurrentDirectory = -100;                  // AT_FDCWD
    private const int DoNotFollow = 0x100;                      // AT_SYMLINK_NOFOLLOW
    private const uint Wanted = 0x4 | 0x8 | 0x10 | 0x100;       // STATX_NLINK | STATX_UID | STATX_GID | STATX_INO

    /// <summary>Sets the owner of a file, directory or symbolic link, which is not followed.</summary>
    public static void SetOwner(string path, int user, int group) => Check(ChangeOwner(path, user, group), path);

    public static void CreateHardLink(string existing, string path) => Check(Link(existing, path), path);

    /// <summary>What the kernel says of a file, directory or symbolic link itself.</summary>
    public static FileStatus GetStatus(string path)
    {
        Check(StatX(CurrentDirectory, path, DoNotFollow, Wanted, out var status), path);
        return status;
    }

    /// <summary>Kills the processes of a session that have stayed in its first group.</summary>
    public static void KillSession(int leader) => _ = SendSignal(-leader, Kill);

    private static void Check(int result, string path)
    {
        if (result != 0) throw new IOException($"{path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
    }

    // SAFETY: the string is marshalled to a NUL-terminated copy that lives through the call; nothing is kept.
    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, int user, int group);

    // SAFETY: as above. On Linux link() does not follow a symbolic link.
    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string path);

    // SAFETY: the path as above; the kernel fills exactly the 256 bytes of the structure.
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, out FileStatus status);

    // SAFETY: plain integers.
    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}

/// <summary>A part of <c>struct statx</c>, which is the same on every architecture (statx(2)).</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal readonly struct FileStatus
{
    [FieldOffset(16)]
    private readonly uint _links;

    [FieldOffset(20)]
    private readonly uint _user;

    [FieldOffset(24)]
    private readonly uint _group;

    [FieldOffset(32)]
    private readonly ulong _inode;

    public uint Links => _links;

    public int User => (int)_user;

    public int Group => (int)_group;

    public ulong Inode => _inode;
}
