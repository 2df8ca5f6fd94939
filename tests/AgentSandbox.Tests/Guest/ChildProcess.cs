using System.Runtime.InteropServices;

namespace AgentSandbox.Tests.Guest;

/// <summary>
/// A child with exactly the descriptors that a test gives it and an empty environment, which .NET's own way of starting
/// processes does not offer.
/// </summary>
internal static partial class ChildProcess
{
    private const int ForceKill = 9;

    public static unsafe int Spawn(string[] command, string directory, params (nint From, int To)[] descriptors)
    {
        var actions = stackalloc byte[80];
        var arguments = stackalloc nint[command.Length + 1];
        for (var i = 0; i < command.Length; i++) arguments[i] = Marshal.StringToCoTaskMemUTF8(command[i]);
        arguments[command.Length] = 0;
        var home = Marshal.StringToCoTaskMemUTF8(directory);
        try
        {
            _ = InitFileActions(actions);
            foreach (var (from, to) in descriptors) _ = AddDup2(actions, (int)from, to);
            _ = AddChdir(actions, home);
            var environment = stackalloc nint[] { 0 };
            int pid;
            Assert.Equal(0, PosixSpawn(&pid, arguments[0], actions, null, arguments, environment));
            _ = DestroyFileActions(actions);
            return pid;
        }
        finally
        {
            for (var i = 0; i < command.Length; i++) Marshal.FreeCoTaskMem(arguments[i]);
            Marshal.FreeCoTaskMem(home);
        }
    }

    /// <summary>A process and everything below it, itself first.</summary>
    public static IReadOnlyList<int> Family(int pid)
    {
        var family = new List<int> { pid };
        for (var i = 0; i < family.Count; i++)
        {
            family.AddRange(Directory.GetDirectories($"/proc/{family[i]}/task")
                .SelectMany(task => File.ReadAllText(task + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(int.Parse));
        }
        return family;
    }

    public static void KillFamily(int pid)
    {
        foreach (var member in Family(pid).Reverse()) _ = Kill(member, ForceKill);
        Reap(pid);
    }

    /// <summary>Waits for the end; gives the status as <c>waitpid</c> does.</summary>
    public static unsafe int Reap(int pid)
    {
        int status;
        _ = WaitPid(pid, &status, 0);
        return status;
    }

    // SAFETY (all): glibc's prototypes; the actions have room for a posix_spawn_file_actions_t, 80 bytes.
    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    private static unsafe partial int PosixSpawn(int* pid, nint path, byte* actions, byte* attributes, nint* arguments, nint* environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static unsafe partial int InitFileActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static unsafe partial int DestroyFileActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static unsafe partial int AddDup2(byte* actions, int fd, int target);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    private static unsafe partial int AddChdir(byte* actions, nint path);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static unsafe partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static unsafe partial int WaitPid(int pid, int* status, int options);
}
