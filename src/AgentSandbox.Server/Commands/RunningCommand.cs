using AgentSandbox.Server.Guests;
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

    private RunningCommand(GuestCommand command, SessionLease lease, long oomKillsBefore)
    {
        _command = command;
        _lease = lease;
        _oomKillsBefore = oomKillsBefore;
    }

    /// <summary>Takes over the lease: it is released with the returned command, or here when the start fails.</summary>
    /// <exception cref="GuestException">The command could not be started; the code says why.</exception>
    public static Task<RunningCommand> StartAsync(SessionLease lease, CommandStart start, CancellationToken cancellationToken) =>
        OpenAsync(lease, guest => guest.StartAsync(start, cancellationToken));

    /// <summary>Joins a command that runs, or has ended: first its last output, then what comes. Takes over the lease.</summary>
    /// <exception cref="GuestException">There is no such command.</exception>
    public static Task<RunningCommand> AttachAsync(SessionLease lease, int pid, CancellationToken cancellationToken) =>
        OpenAsync(lease, guest => guest.AttachAsync(pid, cancellationToken));

    public int Pid => _command.Pid;

    public Sandbox Sandbox => _lease.Sandbox;

    public IAsyncEnumerable<CommandEvent> ReadAsync(CancellationToken cancellationToken) => _command.ReadAsync(cancellationToken);

    public ValueTask WriteStdinAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        _command.WriteStdinAsync(data, cancellationToken);

    public ValueTask CloseStdinAsync(CancellationToken cancellationToken) => _command.CloseStdinAsync(cancellationToken);

    public async ValueTask<CommandExited> DescribeAsync(CommandExit exit) => CommandShape.Exited(Pid, exit, await IsOomKilledAsync(exit));

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
            await foreach (var _ in rest.ReadAsync(grace.Token)) { }
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
    }

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

    private static async Task<RunningCommand> OpenAsync(SessionLease lease, Func<GuestConnection, Task<GuestCommand>> open)
    {
        try
        {
            var oomKills = await lease.Sandbox.ReadOomKillsAsync();
            return new RunningCommand(await open(lease.Guest), lease, oomKills);
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
