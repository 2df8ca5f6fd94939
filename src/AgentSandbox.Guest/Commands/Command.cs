using AgentSandbox.Guest.Loop;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Guest.Commands;

/// <summary>
/// One process that was started by request, from its start until the table forgets it. It outlives every stream that is
/// attached to it. It has <i>exited</i> when its main process is gone, and has <i>finished</i> when its output is in the log:
/// at the end of both pipes, or a short while after the exit if a background process holds them open.
/// </summary>
internal sealed class Command : IDisposable
{
    /// <summary>How long the output of background processes is awaited after the exit.</summary>
    private const int DrainMs = 100;

    private const int Term = 15, ForceKill = 9;

    private readonly EventLoop _loop;
    private readonly OutputPipe _stdout;
    private readonly OutputPipe _stderr;
    private readonly List<Attachment> _attachments = [];
    private readonly StartCommand _start;
    private readonly long _startedMs = EventLoop.NowMs;
    private readonly long _startedAt = System.Diagnostics.Stopwatch.GetTimestamp();
    private LoopTimer? _timer;
    private bool _timedOut, _killed, _drained, _forgotten;

    public Command(EventLoop loop, StartCommand start, SpawnedProcess process)
    {
        _loop = loop;
        _start = start;
        Pid = process.Pid;
        _stdout = new OutputPipe(loop, process.Stdout, stderr: false, this);
        _stderr = new OutputPipe(loop, process.Stderr, stderr: true, this);
        Stdin = process.Stdin >= 0 ? new StdinPipe(loop, process.Stdin) : null;
        if (start.TimeoutMs > 0) _timer = loop.Schedule(start.TimeoutMs, OnTimeout);
    }

    public int Pid { get; }

    public OutputLog Log { get; } = new();

    public StdinPipe? Stdin { get; }

    public CommandExited? Exit { get; private set; }

    public bool IsFinished { get; private set; }

    public Action<Command>? Finished { get; init; }

    /// <summary>
    /// How much output may be read now. The reader that attached first sets the pace and loses nothing; the others follow or
    /// are told of a gap. With no reader the log overwrites itself, so that nobody waits.
    /// </summary>
    public int Room => Log.Room(_attachments.Count > 0 ? _attachments[0].Floor : Log.End);

    public void Attach(Attachment attachment) => _attachments.Add(attachment);

    public void Detach(Attachment attachment)
    {
        _attachments.Remove(attachment);
        if (_forgotten && _attachments.Count == 0) Dispose();
        OnReaderMoved();
    }

    /// <summary>A reader has read or left: output that was held back may go on.</summary>
    public void OnReaderMoved()
    {
        if (IsFinished) return;
        _stdout.Resume();
        _stderr.Resume();
    }

    /// <summary>The log has grown, or a pipe has ended.</summary>
    public void OnOutput()
    {
        foreach (var attachment in _attachments) attachment.OnOutput();
        FinishWhenDrained();
    }

    public void Signal(int signal)
    {
        _killed |= signal == ForceKill;
        _ = Libc.Kill(-Pid, signal);
    }

    /// <summary>
    /// The process is dead but not reaped. If it was ended by force, what is left of its group goes with it: now is the last
    /// moment that the number surely names this group.
    /// </summary>
    public void OnExiting()
    {
        if (_timedOut || _killed) _ = Libc.Kill(-Pid, ForceKill);
    }

    public void OnExited(ChildExit exit)
    {
        var wall = System.Diagnostics.Stopwatch.GetElapsedTime(_startedAt);
        Exit = new CommandExited(
            exit.Code, exit.Signal, exit.CpuMicroseconds, exit.PeakMemoryBytes, (long)wall.TotalMicroseconds, _timedOut);
        _timer?.Dispose();
        Stdin?.Dispose();
        _stdout.Drain();
        _stderr.Drain();
        _drained = _stdout.IsClosed && _stderr.IsClosed;
        if (!_drained) _timer = _loop.Schedule(DrainMs, OnDrainOver);
        OnOutput();
    }

    public CommandInfo Describe()
    {
        var arguments = new List<byte[]>();
        var left = ProtocolLimits.MaxStatusArguments;
        foreach (var argument in _start.Arguments)
        {
            left -= argument.Length + 1;
            if (left < 0) break;
            arguments.Add(argument);
        }
        return new CommandInfo(
            Pid, EventLoop.NowMs - _startedMs, arguments, arguments.Count < _start.Arguments.Count, _start.WorkingDirectory, Exit);
    }

    /// <summary>The table drops the finished command; streams that still replay its output keep it a little longer.</summary>
    public void Forget()
    {
        _forgotten = true;
        if (_attachments.Count == 0) Dispose();
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _stdout.Dispose();
        _stderr.Dispose();
        Stdin?.Dispose();
        Log.Dispose();
    }

    private void OnTimeout()
    {
        _timedOut = true;
        if (_start.GraceMs == 0)
        {
            OnGraceOver();
            return;
        }
        _ = Libc.Kill(-Pid, Term);
        _timer = _loop.Schedule(_start.GraceMs, OnGraceOver);
    }

    private void OnGraceOver() => _ = Libc.Kill(-Pid, ForceKill);

    private void OnDrainOver()
    {
        _drained = true;
        FinishWhenDrained();
    }

    private void FinishWhenDrained()
    {
        if (Exit is null || IsFinished) return;

        var ended = _stdout.IsClosed && _stderr.IsClosed;
        if (!ended && (!_drained || _stdout.OwesOutput || _stderr.OwesOutput)) return;

        IsFinished = true;
        _timer?.Dispose();
        _stdout.StartDiscarding();
        _stderr.StartDiscarding();
        foreach (var attachment in _attachments) attachment.OnOutput();
        Finished?.Invoke(this);
    }
}
