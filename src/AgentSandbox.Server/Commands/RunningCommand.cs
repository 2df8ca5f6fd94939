using System.Runtime.CompilerServices;
using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Limits.Quotas;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Sessions;

namespace AgentSandbox.Server.Commands;

/// <summary>
/// One attachment to a command, with the lease that it needs. Knows what only the host can know: whether the kernel
/// killed something in the box for want of memory since the command started. Disposing detaches.
/// </summary>
internal sealed class RunningCommand : IAsyncDisposable
{
    /// <summary>How a shell tells that SIGKILL ended its child.</summary>
    private const int KilledExitCode = 128 + SignalNames.Kill;

    private readonly GuestCommand _command;
    private readonly SessionLease _lease;
    private readonly long _oomKillsBefore;
    private readonly AuditRecord? _audit;
    private CommandExited? _exited;
    private long _outputBytes;
    private bool _goesOn;

    private RunningCommand(GuestCommand command, SessionLease lease, long oomKillsBefore, AuditRecord? audit)
    {
        _command = command;
        _lease = lease;
        _oomKillsBefore = oomKillsBefore;
        _audit = audit;
    }

    /// <summary>Takes over the lease: it is released with the returned command, or here when the start fails.</summary>
    /// <exception cref="GuestException">The command could not be started; the code says why.</exception>
    /// <exception cref="QuotaExceededException">The session's owner has used up the day's.</exception>
    public static async Task<RunningCommand> StartAsync(SessionLease lease, CommandStart start, AuditRecord audit, CancellationToken cancellationToken)
    {
        var command = await OpenAsync(
            lease,
            guest =>
            {
                lease.Session.Claim.EnsureMayRun();
                return guest.StartAsync(start, cancellationToken);
            },
            audit);
        await audit.StartedAsync(command.Pid);
        return command;
    }

    /// <summary>Joins a command that runs, or has ended: first its last output, then what comes. Takes over the lease.</summary>
    /// <exception cref="GuestException">There is no such command.</exception>
    public static Task<RunningCommand> AttachAsync(SessionLease lease, int pid, CancellationToken cancellationToken) =>
        OpenAsync(lease, guest => guest.AttachAsync(pid, cancellationToken), audit: null);

    public int Pid => _command.Pid;

    public Sandbox Sandbox => _lease.Sandbox;

    /// <summary>It was deleted, or has expired: that the box is gone is nobody's fault.</summary>
    public bool HasSessionEnded => _lease.Session.State is SessionState.Stopped;

    public async IAsyncEnumerable<CommandEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var happened in _command.ReadAsync(cancellationToken))
        {
            if (happened is CommandEvent.Output output) _outputBytes += output.Data.Length;
            yield return happened;
        }
    }

    public ValueTask WriteStdinAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        _command.WriteStdinAsync(data, cancellationToken);

    public ValueTask CloseStdinAsync(CancellationToken cancellationToken) => _command.CloseStdinAsync(cancellationToken);

    public async ValueTask<CommandExited> DescribeAsync(CommandExit exit) => _exited = CommandShape.Exited(Pid, exit, await IsOomKilledAsync(exit));

    /// <summary>
    /// For a caller who is gone: asks the command to end, then forces it, and waits until it has.
    /// </summary>
    public async Task TerminateAsync(TimeProvider time)
    {
        using var grace = new CancellationTokenSource(CommandOptions.Grace, time);
        try
        {
            await SignalAsync(SignalNames.Terminate, grace.Token);
            await using var rest = await _lease.Guest.AttachAsync(Pid, grace.Token);
            await foreach (var happened in rest.ReadAsync(grace.Token))
            {
                if (happened is CommandEvent.Exited { Exit: var exit }) _exited = CommandShape.Exited(Pid, exit, oomKilled: false);
            }
        }
        catch (OperationCanceledException)
        {
            await SignalAsync(SignalNames.Kill, CancellationToken.None);
        }
        catch (GuestException)
        {
            // The box is gone, and the command with it.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _command.DisposeAsync();
        _lease.Dispose();
        if (_audit is not null && !_goesOn) await CommandEnds.TellAsync(_audit, _exited, _outputBytes);
    }

    /// <summary>It does not end with its caller: <see cref="BackgroundWatch"/> tells of its end.</summary>
    public void GoOn() => _goesOn = true;

    private async Task SignalAsync(int signal, CancellationToken cancellationToken)
    {
        try
        {
            await _command.SignalAsync(signal, cancellationToken);
        }
        catch (GuestException)
        {
            // It ended in the last moment, or its box did.
        }
    }

    private static async Task<RunningCommand> OpenAsync(SessionLease lease, Func<GuestConnection, Task<GuestCommand>> open, AuditRecord? audit)
    {
        try
        {
            var oomKills = await lease.Sandbox.ReadOomKillsAsync();
            return new RunningCommand(await open(lease.Guest), lease, oomKills, audit);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private async ValueTask<bool> IsOomKilledAsync(CommandExit exit)
    {
        // A command that ended well was not killed, so the counter is read only after a failure.
        if (exit.ExitCode == 0) return false;

        var wasKilled = exit.Signal == SignalNames.Kill || exit.ExitCode == KilledExitCode;
        return await Sandbox.ReadOomKillsAsync(wasKilled ? _oomKillsBefore : null) > _oomKillsBefore;
    }
}
