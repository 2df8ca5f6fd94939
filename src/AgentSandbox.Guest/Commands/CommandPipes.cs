using System.Runtime.InteropServices;
using AgentSandbox.Guest.Native;

namespace AgentSandbox.Guest.Commands;

/// <summary>A started process and the guest's ends of its pipes; <see cref="Stdin"/> is -1 without one.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SpawnedProcess(int Pid, int Stdin, int Stdout, int Stderr);

/// <summary>
/// The pipes between the guest and a process that is being started. <see cref="Close"/> closes what has not been kept. Only
/// the guest's ends are non-blocking: the process gets what any program expects.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct CommandPipes
{
    private int _stdinWrite, _stdoutRead, _stderrRead;

    public CommandPipes() => _stdinWrite = _stdoutRead = _stderrRead = StdinRead = StdoutWrite = StderrWrite = -1;

    public int StdinRead { get; private set; }

    public int StdoutWrite { get; private set; }

    public int StderrWrite { get; private set; }

    public bool Open(bool withStdin)
    {
        if (!Open(out _stdoutRead, out var stdoutWrite)) return false;
        StdoutWrite = stdoutWrite;
        if (!Open(out _stderrRead, out var stderrWrite)) return false;
        StderrWrite = stderrWrite;
        SetNonBlocking(_stdoutRead);
        SetNonBlocking(_stderrRead);
        if (!withStdin) return true;

        if (!Open(out var stdinRead, out _stdinWrite)) return false;
        StdinRead = stdinRead;
        SetNonBlocking(_stdinWrite);
        return true;
    }

    public SpawnedProcess Keep(int pid)
    {
        var process = new SpawnedProcess(pid, _stdinWrite, _stdoutRead, _stderrRead);
        _stdinWrite = _stdoutRead = _stderrRead = -1;
        return process;
    }

    public readonly void Close()
    {
        Close(_stdinWrite);
        Close(_stdoutRead);
        Close(_stderrRead);
        Close(StdinRead);
        Close(StdoutWrite);
        Close(StderrWrite);
    }

    private static bool Open(out int read, out int write)
    {
        var ends = stackalloc int[2];
        var opened = Libc.Pipe2(ends, OpenFlags.CloseOnExec) == 0;
        (read, write) = opened ? (ends[0], ends[1]) : (-1, -1);
        return opened;
    }

    private static void SetNonBlocking(int fd)
    {
        var flags = Libc.Fcntl(fd, Libc.FGetFl, 0);
        _ = Libc.Fcntl(fd, Libc.FSetFl, flags | (int)OpenFlags.NonBlocking);
    }

    private static void Close(int fd)
    {
        if (fd >= 0) _ = Libc.Close(fd);
    }
}
