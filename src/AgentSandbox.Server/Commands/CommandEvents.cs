using AgentSandbox.Protocol;
using AgentSandbox.Server.Events;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Sessions;

namespace AgentSandbox.Server.Commands;

/// <summary>
/// A command as Server-Sent Events: <c>started</c>, <c>stdout</c> and <c>stderr</c>, and last <c>exited</c> or
/// <c>error</c>. Once the stream has begun an error cannot be a status code any more, so it is an event.
/// </summary>
internal static class CommandEvents
{
    /// <summary>Streams a foreground command: it ends when its reader leaves.</summary>
    public static async Task StreamAsync(
        HttpResponse response, CommandRunner runner, RunningCommand command, string? stdin, CancellationToken cancellationToken)
    {
        var events = await BeginAsync(response, command, cancellationToken);
        await EndAsync(events, command, () => runner.FollowAsync(command, stdin, output => WriteAsync(events, output, cancellationToken), cancellationToken), cancellationToken);
    }

    /// <summary>Streams a command from outside: it goes on when its reader leaves.</summary>
    public static async Task ReplayAsync(HttpResponse response, RunningCommand command, CancellationToken cancellationToken)
    {
        var events = await BeginAsync(response, command, cancellationToken);
        await EndAsync(events, command, FollowAsync, cancellationToken);

        async Task<CommandExited> FollowAsync()
        {
            await foreach (var happened in command.ReadAsync(cancellationToken))
            {
                if (happened is CommandEvent.Output output) await WriteAsync(events, output, cancellationToken);
                else if (happened is CommandEvent.Exited exited) return await command.DescribeAsync(exited.Exit);
            }

            throw new GuestException(GuestErrorCode.ConnectionLost);
        }
    }

    public static ValueTask WriteAsync(EventStreamWriter events, CommandEvent.Output output, CancellationToken cancellationToken) =>
        events.WriteBytesAsync(output.Stream == CommandStream.Stdout ? "stdout" : "stderr", output.Data, cancellationToken);

    private static async Task<EventStreamWriter> BeginAsync(HttpResponse response, RunningCommand command, CancellationToken cancellationToken)
    {
        var events = new EventStreamWriter(response);
        await events.StartAsync(cancellationToken);
        await events.WriteAsync("started", new CommandStarted(command.Pid), cancellationToken);
        return events;
    }

    /// <summary>Follows to the end and writes the last event, whatever it is.</summary>
    public static async Task EndAsync<T>(
        EventStreamWriter events, RunningCommand command, Func<Task<T>> follow, CancellationToken cancellationToken)
    {
        try
        {
            await events.WriteAsync("exited", await follow(), cancellationToken);
        }
        catch (GuestException exception)
        {
            await events.WriteAsync("error", Explain(command, exception), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The reader has left; there is nobody to tell.
        }
    }

    private static ErrorEvent Explain(RunningCommand command, GuestException exception)
    {
        if (command.HasSessionEnded) return ErrorEvent.From(SessionError.Ended.ToProblem().ProblemDetails);

        var error = GuestProblems.Describe(exception.Code);
        return new ErrorEvent(error.Code, error.Detail);
    }
}
