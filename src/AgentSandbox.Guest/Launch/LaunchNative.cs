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
    public const int CloneNewUser = 0x10000000;
    public const int SecureNoSetUidFixup = 0x4;
    public const nuint MountReadOnly = 0x1;
    public const nuint MountNoSuid = 0x2;
    public const nuint MountNoDev = 0x4;
    public const nuint MountNoExec = 0x8;
    public const nuint MountRemount = 0x20;
    public const nuint MountBind = 0x1000;
    public const nuint MountRecursive = 0x4000;
    public const nuint MountPrivate = 0x40000;
    public const int UnmountDetach = 2;
    public const uint CharacterDevice = 0x2000;
    public const uint RegularFile = 0x8000;
    public const int FcntlDuplicateCloexec = 1030;
    public const uint CloseRangeCloexec = 4;
    public const int LastSignal = 64;
    public const nint SignalDefault = 0;
    public const int SignalSetMask = 2;
    public const int NotImplemented = 38; // ENOSYS
    private const int ResourceCore = 4;
    private const int SystemCallClone = 56;
    private const int SystemCallSetResUid = 117;
    private const int SystemCallExitGroup = 231;
    private const int SystemCallKeyctl = 250;
    private const int ControlGetSecureBits = 27;
    private const int ControlSetSecureBits = 28;
    private const int WaitForAll = 0x40000000; // __WALL
    private const int JoinSessionKeyring = 1;

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

    [LibraryImport("libc", EntryPoint = "mknod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeNode(string path, uint mode, long device);

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeFifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unmount(string target, int flags);

    /// <summary>Leaves the session keyring behind for a new one without a name.</summary>
    public static int JoinNewSessionKeyring() => (int)KeyControl(SystemCallKeyctl, JoinSessionKeyring, 0);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint KeyControl(nint number, nint operation, nint name);

    /// <summary>
    /// Makes a process that has ended already, but is not forgotten before <see cref="Reap"/>: by no exit signal, whatever
    /// this process inherited for SIGCHLD. It is a copy of a runtime without its other threads, so it makes no other call.
    /// </summary>
    /// <returns>Its number, or -1.</returns>
    public static int CloneEnded(int flags, out int errno)
    {
        var process = RawCall(SystemCallClone, flags, 0, 0, 0, 0);
        if (process == 0) _ = RawCall(SystemCallExitGroup, 0, 0, 0, 0, 0);
        errno = Marshal.GetLastSystemError();
        return (int)process;
    }

    public static void Reap(int process) => _ = WaitForProcess(process, null, WaitForAll);

    /// <summary>Of the calling thread alone; the real and the saved one stay, so there is a way back.</summary>
    public static int SetEffectiveUser(uint user) => (int)SystemCall(SystemCallSetResUid, -1, (nint)user, -1);

    public static int GetSecureBits() => ProcessControl(ControlGetSecureBits, 0, 0, 0, 0);

    /// <summary>Of the calling thread alone.</summary>
    public static void SetSecureBits(int bits) => _ = ProcessControl(ControlSetSecureBits, bits, 0, 0, 0);

    /// <summary>Leaves the runtime in peace: a copied process must not wait for threads that it does not have.</summary>
    [LibraryImport("libc", EntryPoint = "syscall")]
    [SuppressGCTransition]
    private static partial nint RawCall(nint number, nint first, nint second, nint third, nint fourth, nint fifth);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int operation, nint first, nint second, nint third, nint fourth);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitForProcess(int process, int* status, int options);

    /// <summary>Of core dumps, soft and hard; never above what we have.</summary>
    public static void LimitCoreDumps(ulong bytes)
    {
        var limit = stackalloc ulong[2];
        if (GetLimit(ResourceCore, limit) < 0) return;

        limit[0] = limit[1] = Math.Min(bytes, limit[1]);
        _ = SetLimit(ResourceCore, limit);
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, ulong* limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, ulong* limit);

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
