using System.Text;
using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Limits;

namespace AgentSandbox.Server.Commands;

/// <summary>Follows foreground commands to their end.</summary>
internal sealed class CommandRunner(CommandOptions options, TimeProvider time)
{
    /// <summary>
    /// Follows a foreground command to its end. It belongs to its caller: if the caller leaves, the command is ended.
    /// </summary>
    public async Task<CommandExited> FollowAsync(
        RunningCommand command, string? stdin, Func<CommandEvent.Output, ValueTask> onOutput, CancellationToken cancellationToken)
    {
        var feeding = FeedAsync(command, stdin, cancellationToken);
        try
        {
            await foreach (var happened in command.ReadAsync(cancellationToken))
            {
                if (happened is CommandEvent.Output output) await onOutput(output);
                else if (happened is CommandEvent.Exited exited) return await command.DescribeAsync(exited.Exit);
            }

            throw new GuestException(GuestErrorCode.ConnectionLost);
        }
        catch (Exception exception) when (exception is not GuestException)
        {
            // The caller has left, or cannot be written to.
            await command.TerminateAsync(time);
            throw;
        }
        finally
        {
            await feeding;
        }
    }

    public async Task<CommandResult> CollectAsync(RunningCommand command, string? stdin, AnswerHold hold, CancellationToken cancellationToken)
    {
        var stdout = new OutputCollector(options.MaxOutputBytes, hold);
        var stderr = new OutputCollector(options.MaxOutputBytes, hold);
        var exited = await FollowAsync(command, stdin, Collect, cancellationToken);
        return CommandShape.Result(exited, stdout, stderr);

        ValueTask Collect(CommandEvent.Output output)
        {
            (output.Stream == CommandStream.Stdout ? stdout : stderr).Append(output.Data.Span);
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
