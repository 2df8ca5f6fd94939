using System.Runtime.InteropServices;

namespace AgentSandbox.Guest.Launch;

/// <summary>
/// The system calls of the launcher. SAFETY, for all: buffers are spans that outlive the call, strings are copied by the
/// marshaller, descriptors are plain integers that this short-lived process owns.
/// </summary>
internal static unsafe partial class LaunchNative
{
    public const int AfUnix = 1;
    public const int SockStream = 1;
    public const int SockCloexec = 0x80000;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int OpenCloexec = 0x80000;
    public const int CloneNewNs = 0x20000;
    public const nuint MountReadOnly = 0x1;
    public const nuint MountNoSuid = 0x2;
    public const nuint MountNoDev = 0x4;
    public const nuint MountNoExec = 0x8;
    public const nuint MountRemount = 0x20;
    public const nuint MountBind = 0x1000;
    public const nuint MountRecursive = 0x4000;
    public const nuint MountPrivate = 0x40000;
    public const int UnmountDetach = 2;
    public const int FcntlDuplicateCloexec = 1030;
    public const uint CloseRangeCloexec = 4;
    public const int LastSignal = 64;
    public const nint SignalDefault = 0;
    public const int SignalSetMask = 2;

    [LibraryImport("libc", EntryPoint = "chdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeDirectory(string path);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int socket, ReadOnlySpan<byte> address, int length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(int socket, int backlog);

    [LibraryImport("libc", EntryPoint = "umask")]
    public static partial uint SetUmask(uint mask);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ReadOnlySpan<byte> bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    public static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Mount(string? source, string target, string? type, nuint flags, string? data);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeDirectory(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeMode(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeFifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unmount(string target, int flags);

    [LibraryImport("libc", EntryPoint = "setsid")]
    public static partial int SetSession();

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    public static partial int Duplicate(int from, int to);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int DuplicateAbove(int descriptor, int command, int lowest);

    [LibraryImport("libc", EntryPoint = "close_range")]
    public static partial int CloseRange(uint first, uint last, uint flags);

    [LibraryImport("libc", EntryPoint = "signal")]
    public static partial nint SetSignal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    public static partial int SetSignalMask(int how, ReadOnlySpan<byte> set, nint old);

    /// <summary>Returns only when it failed, with the error number.</summary>
    public static int Execute(string[] arguments, string[] environment)
    {
        var argv = ToNative(arguments);
        var envp = ToNative(environment);
        _ = Execve(argv[0], argv, envp);
        return Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true)]
    private static partial int Execve(byte* path, byte** arguments, byte** environment);

    /// <summary>Never freed: the process is replaced, or ends.</summary>
    private static byte** ToNative(string[] strings)
    {
        var array = (byte**)NativeMemory.AllocZeroed((nuint)strings.Length + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < strings.Length; i++) array[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
        return array;
    }
}
