using AgentSandbox.Guest.Links;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Guest.Commands;

/// <summary>
/// Starts a process: a session and process group of its own, default signals, no descriptor but 0, 1 and 2, and exactly the
/// environment of the request.
/// </summary>
internal sealed unsafe class Spawner
{
    private readonly OomPreference _oom = new();
    private readonly int _null;
    private readonly byte[] _attributes = new byte[SpawnApi.AttributesSize];

    public Spawner()
    {
        fixed (byte* path = "/dev/null\0"u8) _null = Libc.Open(path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec, 0);

        var all = stackalloc byte[SpawnApi.SignalSetSize];
        var none = stackalloc byte[SpawnApi.SignalSetSize];
        new Span<byte>(all, SpawnApi.SignalSetSize).Fill(0xFF);
        new Span<byte>(none, SpawnApi.SignalSetSize).Clear();
        fixed (byte* attributes = _attributes)
        {
            _ = SpawnApi.InitAttributes(attributes);
            _ = SpawnApi.SetFlags(attributes, SpawnApi.SetSid | SpawnApi.SetSigDef | SpawnApi.SetSigMask);
            _ = SpawnApi.SetDefaultSignals(attributes, all);
            _ = SpawnApi.SetSignalMask(attributes, none);
        }
    }

    /// <summary>The caller owns the descriptors in <paramref name="process"/>.</summary>
    public Fault? Spawn(StartCommand start, out SpawnedProcess process)
    {
        process = default;
        if (Validate(start) is { } invalid) return invalid;
        if (OpenDirectory(start.WorkingDirectory, out var directory) is { } noDirectory) return noDirectory;

        var pipes = new CommandPipes();
        try
        {
            if (ExecutableResolver.Resolve(start, directory, out var executable) is { } notFound) return notFound;
            if (!pipes.Open(start.OpenStdin)) return new Fault(GuestErrorCode.OutOfResources);
            if (_null < 0 && !start.OpenStdin) return new Fault(GuestErrorCode.OutOfResources);
            if (Execute(start, executable, directory, ref pipes, out var pid) is { } fault) return fault;

            process = pipes.Keep(pid);
            return null;
        }
        finally
        {
            pipes.Close();
            _ = Libc.Close(directory);
        }
    }

    private static Fault? Validate(StartCommand start)
    {
        if (start.Arguments.Count == 0) return new Fault(GuestErrorCode.InvalidArguments);
        foreach (var argument in start.Arguments)
        {
            if (argument.AsSpan().Contains((byte)0)) return new Fault(GuestErrorCode.InvalidArguments);
        }
        foreach (var (name, value) in start.Environment)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny((byte)0, (byte)'=') || value.AsSpan().Contains((byte)0))
                return new Fault(GuestErrorCode.InvalidEnvironment);
        }
        return start.WorkingDirectory.AsSpan().Contains((byte)0) ? new Fault(GuestErrorCode.InvalidWorkingDirectory) : null;
    }

    private static Fault? OpenDirectory(byte[] path, out int directory)
    {
        fixed (byte* text = CString.From(path.Length == 0 ? "."u8 : path))
        {
            directory = Libc.Open(text, OpenFlags.PathOnly | OpenFlags.Directory | OpenFlags.CloseOnExec, 0);
            if (directory < 0)
                return new Fault(Errno.Last is Errno.ProcessFiles or Errno.SystemFiles or Errno.NoMemory
                    ? GuestErrorCode.OutOfResources : GuestErrorCode.InvalidWorkingDirectory);
        }

        // The child enters it by its descriptor, which needs the right to search it.
        const int mayExecute = 1;
        fixed (byte* dot = ".\0"u8)
        {
            if (Libc.FaccessAt(directory, dot, mayExecute, 0) == 0) return null;
        }
        _ = Libc.Close(directory);
        return new Fault(GuestErrorCode.InvalidWorkingDirectory);
    }

    private Fault? Execute(StartCommand start, byte[] executable, int directory, ref CommandPipes pipes, out int pid)
    {
        using var arguments = BuildArguments(start);
        using var environment = BuildEnvironment(start);
        var actions = stackalloc byte[SpawnApi.FileActionsSize];
        int child;
        fixed (byte* attributes = _attributes, path = executable)
        {
            _ = SpawnApi.InitFileActions(actions);
            _ = SpawnApi.AddDup2(actions, start.OpenStdin ? pipes.StdinRead : _null, 0);
            _ = SpawnApi.AddDup2(actions, pipes.StdoutWrite, 1);
            _ = SpawnApi.AddDup2(actions, pipes.StderrWrite, 2);
            _ = SpawnApi.AddFchdir(actions, directory);
            _ = SpawnApi.AddCloseFrom(actions, 3);
            _oom.Raise();
            var error = SpawnApi.Spawn(&child, path, actions, attributes, arguments.Terminate(), environment.Terminate());
            _oom.Restore();
            _ = SpawnApi.DestroyFileActions(actions);
            pid = child;
            return error == 0 ? null : FromError(error);
        }
    }

    private static NativeVector BuildArguments(StartCommand start)
    {
        var vector = new NativeVector(start.Arguments.Count, start.Arguments.Sum(argument => argument.Length + 1L));
        foreach (var argument in start.Arguments) vector.Add(argument);
        return vector;
    }

    private static NativeVector BuildEnvironment(StartCommand start)
    {
        var vector = new NativeVector(
            start.Environment.Count, start.Environment.Sum(variable => variable.Key.Length + variable.Value.Length + 2L));
        foreach (var (name, value) in start.Environment) vector.Add(name, "="u8, value);
        return vector;
    }

    private static Fault FromError(int error) => error switch
    {
        Errno.ArgumentsTooLong => new(GuestErrorCode.ArgumentsTooLong),
        Errno.Again => new(GuestErrorCode.TooManyProcesses),
        Errno.NoMemory or Errno.ProcessFiles or Errno.SystemFiles => new(GuestErrorCode.OutOfResources),
        // The file was there a moment ago: what is missing is the interpreter in its first line or header.
        Errno.NoEntry or Errno.Access or Errno.Perm or Errno.TextBusy or Errno.Loop or Errno.NotDirectory => new(GuestErrorCode.NotExecutable),
        Errno.ExecFormat or Errno.Invalid => new(GuestErrorCode.ExecFormat),
        _ => new(GuestErrorCode.InputOutput, error),
    };
}
