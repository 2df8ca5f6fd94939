using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Sessions;

namespace AgentSandbox.Server.Commands;

/// <summary>
/// One attachment to a command, with the lease that it needs. Knows what only the host can know: whether the kernel
/// killed something in the box for want of memory since the command started. Disposing detaches.
/// </summary>
internal sealed class RunningCommand(GuestCommand command, SessionLease lease, long oomKillsBefore) : IAsyncDisposable
{
    public int Pid => command.Pid;

    public Sandbox Sandbox => lease.Sandbox;

    public IAsyncEnumerable<CommandEvent> ReadAsync(CancellationToken cancellationToken) => command.ReadAsync(cancellationToken);

    public ValueTask WriteStdinAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        command.WriteStdinAsync(data, cancellationToken);

    public ValueTask CloseStdinAsync(CancellationToken cancellationToken) => command.CloseStdinAsync(cancellationToken);

    public CommandExited Describe(CommandExit exit) => CommandShape.Exited(Pid, exit, IsOomKilled(exit));

    /// <summary>
    /// For a caller who is gone: asks the command to end, then forces it, and waits until it has.
    /// </summary>
    public async Task TerminateAsync(TimeProvider time)
    {
        using var grace = new CancellationTokenSource(CommandOptions.Grace, time);
        try
        {
            await command.SignalAsync(SignalNames.Terminate, grace.Token);
            await foreach (var _ in command.ReadAsync(grace.Token)) { }
        }
        catch (OperationCanceledException)
        {
            await command.SignalAsync(SignalNames.Kill, CancellationToken.None);
        }
        catch (GuestException)
        {
            // It has ended, or its box has: nothing is left to stop.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await command.DisposeAsync();
        lease.Dispose();
    }

    // A command that ended well was not killed, so the counter is read only after a failure.
    private bool IsOomKilled(CommandExit exit) => exit.ExitCode != 0 && Sandbox.ReadStats().OomKills > oomKillsBefore;
}
