using System.Runtime.InteropServices;

namespace AgentSandbox.Guest.Native;

/// <summary>
/// <c>posix_spawn</c> and its two objects. Managed code cannot run between fork and exec, so the C library does that part.
/// These functions return the error number themselves.
/// </summary>
// SAFETY (all): attributes and actions have room for glibc's posix_spawnattr_t (336 bytes) and posix_spawn_file_actions_t
// (80 bytes) and were initialised; strings and vectors stay valid during the call.
internal static unsafe partial class SpawnApi
{
    public const int AttributesSize = 336, FileActionsSize = 80, SignalSetSize = 128;
    public const short SetSigMask = 0x08, SetSigDef = 0x04, SetSid = 0x80;

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    public static partial int Spawn(int* pid, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial int InitAttributes(byte* attributes);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial int SetFlags(byte* attributes, short flags);

    // SAFETY: see the type; the set has room for a sigset_t, 128 bytes.
    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int SetDefaultSignals(byte* attributes, byte* signals);

    // SAFETY: see the type; the set has room for a sigset_t, 128 bytes.
    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    public static partial int SetSignalMask(byte* attributes, byte* signals);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int InitFileActions(byte* actions);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int DestroyFileActions(byte* actions);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int AddDup2(byte* actions, int fd, int target);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addfchdir_np")]
    public static partial int AddFchdir(byte* actions, int fd);

    // SAFETY: see the type.
    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    public static partial int AddCloseFrom(byte* actions, int first);
}
