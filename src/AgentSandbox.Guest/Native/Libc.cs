using System.Runtime.InteropServices;

namespace AgentSandbox.Guest.Native;

/// <summary>
/// The C library, linked into the binary. Everything is blittable, so a call is a plain call; a negative result means
/// <see cref="Errno.Last"/>. Names and constants are those of Linux on x86-64.
/// </summary>
// SAFETY (all): the declarations repeat glibc's prototypes. Callers pass pointers that stay valid during the call, and
// paths that end with a NUL byte. Variadic functions are called with integers only, which x86-64 passes alike.
internal static unsafe partial class Libc
{
    public const int AtFdCwd = -100;
    public const int AtSymlinkNoFollow = 0x100;
    public const int AtRemoveDir = 0x200;
    public const uint RenameNoReplace = 1;
    public const int FSetFd = 2, FGetFl = 3, FSetFl = 4, FdCloexec = 1;
    public const int PrSetDumpable = 4, PrSetChildSubreaper = 36;
    public const int CloseRangeCloexec = 4;
    public const int SolSocket = 1, SoAcceptConn = 30;
    public const nint MapFailed = -1;
    public const nuint FioNRead = 0x541B;
    private const int SysRtSigAction = 13;

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int fd, void* buffer, nint count);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int fd, void* buffer, nint count);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe2(int* fds, OpenFlags flags);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Fcntl(int fd, int command, nint argument);

    // SAFETY: the request is FIONREAD, which writes one int.
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(int fd, nuint request, int* value);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "close_range", SetLastError = true)]
    public static partial int CloseRange(uint first, uint last, int flags);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int Prctl(int option, nint a, nint b, nint c, nint d);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "umask")]
    public static partial uint Umask(uint mask);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "getpid")]
    public static partial int GetPid();

    // SAFETY: the option's value is one int, and size says so.
    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSockOpt(int fd, int level, int option, int* value, int* size);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept4(int fd, void* address, void* length, OpenFlags flags);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Mmap(nint address, nint length, int protection, int flags, int fd, nint offset);

    // SAFETY: see the type; the range was mapped by MappedBuffer.
    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Munmap(nint address, nint length);

    // SAFETY: see the type; the range was mapped by MappedBuffer.
    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    public static partial int Madvise(nint address, nint length, int advice);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate1(OpenFlags flags);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollCtl(int epoll, int operation, int fd, EpollEvent* polled);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, EpollEvent* events, int capacity, int timeoutMs);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFd(uint initial, OpenFlags flags);

    // SAFETY: information has room for a siginfo_t, 128 bytes.
    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    public static partial int WaitId(int type, int id, byte* information, int options);

    // SAFETY: usage has room for a struct rusage, 144 bytes.
    [LibraryImport("libc", EntryPoint = "wait4", SetLastError = true)]
    public static partial int Wait4(int pid, int* status, int options, byte* usage);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    // SAFETY: the handler is SIG_DFL or SIG_IGN, never a function.
    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    public static partial nint Signal(int signal, nint handler);

    /// <param name="action">The kernel's own <c>struct sigaction</c>, whose mask has eight bytes.</param>
    public static int RtSigAction(int signal, nint* action) => (int)SystemCall(SysRtSigAction, signal, (nint)action, 0, sizeof(ulong), 0, 0);

    // SAFETY: callers know the call; rt_sigaction reads 32 bytes at the second argument, and the others are given no memory.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    public static partial int Open(byte* path, OpenFlags flags, uint mode);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int directory, byte* path, OpenFlags flags, uint mode);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    public static partial int Fstat(int fd, FileStat* stat);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "fstatat", SetLastError = true)]
    public static partial int FstatAt(int directory, byte* path, FileStat* stat, int flags);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "faccessat", SetLastError = true)]
    public static partial int FaccessAt(int directory, byte* path, int mode, int flags);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLinkAt(int directory, byte* path, byte* target, nint capacity);

    // SAFETY: resolved has room for PATH_MAX, 4096 bytes.
    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true)]
    public static partial byte* RealPath(byte* path, byte* resolved);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint Pread(int fd, void* buffer, nint count, long offset);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "sendfile", SetLastError = true)]
    public static partial nint SendFile(int target, int source, long* offset, nint count);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int Fchmod(int fd, uint mode);

    // SAFETY: times has room for two struct timespec: access, modification.
    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    public static partial int Futimens(int fd, long* times);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    public static partial int MkdirAt(int directory, byte* path, uint mode);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int UnlinkAt(int directory, byte* path, int flags);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true)]
    public static partial int RenameAt2(int fromDirectory, byte* from, int toDirectory, byte* to, uint flags);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    public static partial nint GetDents64(int directory, byte* buffer, nint capacity);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Lseek(int fd, long offset, int whence);
}
