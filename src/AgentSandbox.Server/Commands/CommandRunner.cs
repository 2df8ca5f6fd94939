using System.Text;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Sessions;

namespace AgentSandbox.Server.Commands;

/// <summary>Starts commands in a session's box and follows them to their end.</summary>
internal sealed class CommandRunner(CommandOptions options, TimeProvider time)
{
    /// <summary>Takes over the lease: it is released with the returned command, or here when the start fails.</summary>
    /// <exception cref="GuestException">The command could not be started; the code says why.</exception>
    public async Task<RunningCommand> StartAsync(SessionLease lease, CommandStart start, CancellationToken cancellationToken)
    {
        try
        {
            var oomKills = lease.Sandbox.ReadStats().OomKills;
            var command = await lease.Guest.StartAsync(start, cancellationToken);
            return new RunningCommand(command, lease, oomKills);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Joins a command that runs, or has ended: first its last output, then what comes.</summary>
    public async Task<RunningCommand> AttachAsync(SessionLease lease, int pid, CancellationToken cancellationToken)
    {
        try
        {
            var oomKills = lease.Sandbox.ReadStats().OomKills;
            return new RunningCommand(await lease.Guest.AttachAsync(pid, cancellationToken), lease, oomKills);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Follows a foreground command to its end. It belongs to its caller: if the caller leaves, the command is ended.
    /// </summary>
    public async Task<CommandExited> FollowAsync(
        RunningCommand command, string? stdin, Func<CommandOutput, ValueTask> onOutput, CancellationToken cancellationToken)
    {
        var feeding = FeedAsync(command, stdin, cancellationToken);
        try
        {
            await foreach (var happened in command.ReadAsync(cancellationToken))
            {
                if (happened is CommandOutput output) await onOutput(output);
                else if (happened is CommandExit exit) return command.Describe(exit);
            }

            throw new GuestException(GuestErrorCode.ConnectionLost, "The command's stream ended without its result.");
        }
        catch (OperationCanceledException)
        {
            await command.TerminateAsync(time);
            throw;
        }
        finally
        {
            await feeding;
        }
    }

    public async Task<CommandResult> CollectAsync(RunningCommand command, string? stdin, CancellationToken cancellationToken)
    {
        var stdout = new OutputCollector(options.MaxOutputBytes);
        var stderr = new OutputCollector(options.MaxOutputBytes);
        var exited = await FollowAsync(command, stdin, Collect, cancellationToken);
        return CommandShape.Result(exited, stdout, stderr);

        ValueTask Collect(CommandOutput output)
        {
            (output.Stream == OutputStream.Stdout ? stdout : stderr).Append(output.Data.Span);
            return ValueTask.CompletedTask;
        }
    }

    private static async Task FeedAsync(RunningCommand command, string? stdin, CancellationToken cancellationToken)
    {
        if (stdin is null) return;
        try
        {
            await command.WriteStdinAsync(Encoding.UTF8.GetBytes(stdin), cancellationToken);
            await command.CloseStdinAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is GuestException or OperationCanceledException)
        {
            // A command may end without reading its input; how it ended is told by its exit.
        }
    }
}
