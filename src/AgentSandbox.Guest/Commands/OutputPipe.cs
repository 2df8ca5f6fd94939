using AgentSandbox.Guest.Loop;
using AgentSandbox.Guest.Native;

namespace AgentSandbox.Guest.Commands;

/// <summary>
/// The guest's end of a command's standard output or error. It is read while the log has room; after the command has ended,
/// what a surviving background process still writes is read and dropped, so that it does not die of a broken pipe.
/// </summary>
internal sealed unsafe class OutputPipe : IPolled, IDisposable
{
    private static readonly MappedBuffer Scratch = new(64 * 1024);

    private readonly Command _command;
    private readonly bool _stderr;
    private readonly PolledFd _pipe;
    private bool _discarding;
    private long _owed;

    public OutputPipe(EventLoop loop, int fd, bool stderr, Command command)
    {
        _command = command;
        _stderr = stderr;
        _pipe = loop.Register(fd, Readiness.Readable, this);
    }

    public bool IsClosed { get; private set; }

    /// <summary>Bytes that were in the pipe when the command exited and are not in the log yet.</summary>
    public bool OwesOutput => !IsClosed && _owed > 0;

    public void OnReady(Readiness ready)
    {
        if (_discarding) Discard();
        else if (ReadOnce()) _command.OnOutput();
    }

    /// <summary>A reader has moved on: there may be room again.</summary>
    public void Resume()
    {
        if (!IsClosed && _command.Room > 0) _pipe.Interest = Readiness.Readable;
    }

    /// <summary>The command has exited: takes what is in the pipe, and remembers what did not fit.</summary>
    public void Drain()
    {
        int available;
        if (IsClosed || Libc.Ioctl(_pipe.Fd, Libc.FioNRead, &available) < 0) return;
        _owed = available;
        while (_owed > 0 && ReadOnce() && !IsClosed) { }
        if (_owed <= 0 && !IsClosed) ReadOnce();   // finds the end of the pipe without another turn of the loop
    }

    /// <summary>From now on output goes nowhere.</summary>
    public void StartDiscarding()
    {
        _discarding = true;
        if (!IsClosed) _pipe.Interest = Readiness.Readable;
    }

    public void Dispose()
    {
        IsClosed = true;
        _pipe.Dispose();
    }

    /// <summary>Returns whether something happened: output or the end of it.</summary>
    private bool ReadOnce()
    {
        var room = _command.Room;
        if (room == 0)
        {
            _pipe.Interest = Readiness.None;
            return false;
        }

        var count = Libc.Read(_pipe.Fd, Scratch.Start, room);
        if (count > 0)
        {
            _owed -= count;
            _command.Log.Append(Scratch.Span[..(int)count], _stderr);
            return true;
        }
        if (count < 0 && Errno.IsTransient) return false;
        Dispose();
        return true;
    }

    private void Discard()
    {
        var count = Libc.Read(_pipe.Fd, Scratch.Start, Scratch.Capacity);
        if (count == 0 || (count < 0 && !Errno.IsTransient)) Dispose();
    }
}
