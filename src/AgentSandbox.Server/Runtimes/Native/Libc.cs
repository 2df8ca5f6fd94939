using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Server.Runtimes.Native;

/// <summary>
/// The system calls that .NET does not offer. SAFETY, for all: spans and structures outlive the call, strings are copied
/// by the marshaller, and descriptors are safe handles wherever they live longer than one method.
/// </summary>
internal static unsafe partial class Libc
{
    public const int SigKill = 9;
    public const int EpollIn = 1;
    public const int EpollOneShot = 1 << 30;
    public const int EpollAdd = 1;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int Cloexec = 0x80000;
    public const int NonBlocking = 0x800;
    public const int OpenPath = 0x200000;
    public const int OpenDirectory = 0x10000;
    public const int WriteAllowed = 2;
    public const int WaitPidFd = 3;
    public const int WaitExited = 4;
    public const int WaitNoHang = 1;
    public const int ExitedNormally = 1; // CLD_EXITED

    private const long PidFdSendSignalNumber = 424; // the same on every architecture
    private const long PidFdOpenNumber = 434;

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    public struct EpollEvent
    {
        public uint Events;
        public ulong Data;
    }

    /// <summary>The start of <c>siginfo_t</c> as <c>waitid</c> fills it on 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    public struct SignalInfo
    {
        [FieldOffset(8)] public int Code;
        [FieldOffset(16)] public int Pid;
        [FieldOffset(24)] public int Status;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Rlimit
    {
        public ulong Soft;
        public ulong Hard;
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(SafeHandle epoll, int operation, SafeHandle target, ref EpollEvent @event);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(SafeHandle epoll, Span<EpollEvent> events, int maxEvents, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe(Span<int> ends, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeHandle descriptor, Span<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeHandle descriptor, ReadOnlySpan<byte> bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    public static partial int WaitId(int idType, SafeHandle pidFd, ref SignalInfo info, int options);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetRlimit(int resource, out Rlimit limit);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "getegid")]
    public static partial uint GetEffectiveGroupId();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeDirectory(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeFifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "getxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint GetExtendedAttribute(string path, string name, Span<byte> value, nuint size);

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    public static partial int Spawn(out int pid, byte* path, void* fileActions, void* attributes, byte** argv, byte** envp);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int SpawnActionsInit(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int SpawnActionsDestroy(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int SpawnActionsDuplicate(void* actions, int from, int to);

    public static int PidFdOpen(int pid) => (int)SystemCall(PidFdOpenNumber, pid, 0, 0, 0);

    public static int PidFdSendSignal(SafeHandle pidFd, int signal)
    {
        var held = false;
        try
        {
            pidFd.DangerousAddRef(ref held);
            return (int)SystemCall(PidFdSendSignalNumber, pidFd.DangerousGetHandle(), signal, 0, 0);
        }
        finally
        {
            if (held) pidFd.DangerousRelease();
        }
    }

    /// <summary>Owns the descriptor that a call returned, or throws with what the call failed with.</summary>
    public static SafeFileHandle Own(int descriptor, string step)
    {
        if (descriptor < 0) throw Error(step);
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    public static IOException Error(string step) => Error(step, Marshal.GetLastPInvokeError());

    public static IOException Error(string step, int errno) => new($"{step}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})");

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(long number, nint a, nint b, nint c, nint d);
}
