using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Server.Runtimes.Native;

/// <summary>
/// Runs a short-lived program and gives what it wrote to standard error. Not <see cref="System.Diagnostics.Process"/>:
/// that takes process-wide locks and reaps through a signal handler, which several boxes starting at once would queue on.
/// </summary>
internal static unsafe class ChildProcess
{
    private const int ActionsSize = 128;         // posix_spawn_file_actions_t is 80 bytes in glibc and musl

    /// <param name="arguments">The first is the absolute path of the program.</param>
    /// <exception cref="IOException">The program could not be started.</exception>
    public static RunningChild Start(ProcessWatcher watcher, IReadOnlyList<string> arguments)
    {
        Span<int> ends = stackalloc int[2];
        if (Libc.Pipe(ends, Libc.Cloexec | Libc.NonBlocking) < 0) throw Libc.Error("pipe2");
        var errors = new SafeFileHandle(ends[0], ownsHandle: true);
        using var childErrors = new SafeFileHandle(ends[1], ownsHandle: true);
        try
        {
            var pid = Spawn(arguments, ends[1]);
            // Only we reap this child, so its number cannot have been taken over yet.
            var process = watcher.TryWatch(pid) ?? throw new IOException($"The child {pid} is gone.");
            return new RunningChild(process, errors);
        }
        catch
        {
            errors.Dispose();
            throw;
        }
    }

    private static int Spawn(IReadOnlyList<string> arguments, int standardError)
    {
        var actions = stackalloc byte[ActionsSize];
        var argv = ToNative(arguments);
        byte* noEnvironment = null;
        try
        {
            _ = Libc.SpawnActionsInit(actions);
            _ = Libc.SpawnActionsDuplicate(actions, standardError, 2);
            var errno = Libc.Spawn(out var pid, argv[0], actions, null, argv, &noEnvironment);
            if (errno != 0) throw Libc.Error($"start {arguments[0]}", errno);
            return pid;
        }
        finally
        {
            _ = Libc.SpawnActionsDestroy(actions);
            Free(argv);
        }
    }

    private static byte** ToNative(IReadOnlyList<string> strings)
    {
        var array = (byte**)NativeMemory.AllocZeroed((nuint)strings.Count + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < strings.Count; i++) array[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
        return array;
    }

    private static void Free(byte** array)
    {
        for (var i = 0; array[i] is not null; i++) Marshal.FreeCoTaskMem((nint)array[i]);
        NativeMemory.Free(array);
    }
}
