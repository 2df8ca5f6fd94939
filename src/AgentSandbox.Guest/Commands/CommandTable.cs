using AgentSandbox.Guest.Links;
using AgentSandbox.Guest.Loop;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Guest.Commands;

/// <summary>
/// All commands of the box: the live ones, and the last finished ones for those who ask later. Bounded in number and memory.
/// </summary>
internal sealed class CommandTable : IChildren
{
    private const int MaxLive = 256, MaxFinished = 64, MaxFinishedBytes = 4 * 1024 * 1024;

    private readonly EventLoop _loop;
    private readonly Reaper _reaper;
    private readonly Spawner _spawner = new();
    private readonly Dictionary<int, Command> _commands = [];
    private readonly Queue<Command> _finished = [];
    private int _live, _finishedBytes;

    public CommandTable(EventLoop loop)
    {
        _loop = loop;
        _reaper = new Reaper(loop, this);
    }

    public int[] Pids => [.. _commands.Keys];

    public Fault? Start(StartCommand start, out Command? command)
    {
        command = null;
        if (_live >= MaxLive) return new Fault(GuestErrorCode.TooManyCommands);
        if (_spawner.Spawn(start, out var process) is { } fault) return fault;

        ForgetFinished(process.Pid);
        command = new Command(_loop, start, process) { Finished = OnFinished };
        _commands[process.Pid] = command;
        _live++;
        _reaper.Wake();
        return null;
    }

    public Command? Find(int pid) => _commands.GetValueOrDefault(pid);

    public void OnExiting(int pid) => FindLive(pid)?.OnExiting();

    public void OnExited(int pid, ChildExit exit) => FindLive(pid)?.OnExited(exit);

    /// <summary>A finished command may have the same pid as an orphan that dies now.</summary>
    private Command? FindLive(int pid) => Find(pid) is { Exit: null } command ? command : null;

    private void OnFinished(Command command)
    {
        _live--;
        _finished.Enqueue(command);
        _finishedBytes += command.Log.Footprint;
        while (_finished.Count > MaxFinished || _finishedBytes > MaxFinishedBytes) Forget(_finished.Dequeue());
    }

    /// <summary>The kernel has given its pid to a new command.</summary>
    private void ForgetFinished(int pid)
    {
        if (!_commands.ContainsKey(pid)) return;

        for (var left = _finished.Count; left > 0; left--)
        {
            var command = _finished.Dequeue();
            if (command.Pid == pid) Forget(command);
            else _finished.Enqueue(command);
        }
    }

    private void Forget(Command command)
    {
        _finishedBytes -= command.Log.Footprint;
        if (Find(command.Pid) == command) _commands.Remove(command.Pid);
        command.Forget();
    }
}
