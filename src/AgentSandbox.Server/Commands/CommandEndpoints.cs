using System.Text;
using AgentSandbox.Server.Access;
using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Events;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Problems;
using AgentSandbox.Server.Sessions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentSandbox.Server.Commands;

internal static class CommandEndpoints
{
    public static void MapCommands(this IEndpointRouteBuilder routes)
    {
        var commands = routes.MapGroup("/api/v1/sessions/{id}/commands").WithTags("Commands").ProducesProblem(404).ProducesProblem(409).ProducesProblem(429);
        commands.MapPost("/", RunAsync).Changes(Scopes.Commands).WithName("runCommand")
            .WithSummary("Run a command: its result, or its events when text/event-stream is accepted.")
            .Produces<CommandResult>(200, "application/json", EventStreamWriter.MediaType).Produces<CommandStarted>(201).ProducesProblem(422);
        commands.MapGet("/", ListAsync).Reads(Scopes.Commands).WithName("listCommands").WithSummary("Commands that run, and the last ones that ended.");
        commands.MapGet("/{pid:int}", GetAsync).Reads(Scopes.Commands).WithName("getCommand").WithSummary("Inspect a command.");
        commands.MapGet("/{pid:int}/events", FollowAsync).Reads(Scopes.Commands).Audited().WithName("followCommand")
            .WithSummary("Its last output, then what comes, as text/event-stream. Leaving does not end it.")
            .Produces(200, contentType: EventStreamWriter.MediaType);
        commands.MapPost("/{pid:int}/signal", SignalAsync).Changes(Scopes.Commands).WithName("signalCommand").WithSummary("Send a signal to its process group.").ProducesProblem(422);
        commands.MapPost("/{pid:int}/stdin", WriteStdinAsync).Changes(Scopes.Commands).WithName("writeCommandStdin").WithSummary("Write to its standard input.").ProducesProblem(422);
    }

    private static async Task<IResult> RunAsync(
        string id,
        RunCommandRequest request,
        HttpContext http,
        OwnSessions sessions,
        CommandValidator validator,
        CommandRunner runner,
        BackgroundWatch background,
        AuditRecord audit,
        CancellationToken cancellationToken)
    {
        var stdinBytes = request.Stdin is { } stdin ? Encoding.UTF8.GetByteCount(stdin) : (long?)null;
        audit.Entry = audit.Entry with { Command = request.Command.Line, Args = request.Command.Words, BytesIn = stdinBytes };
        var errors = validator.Validate(request);
        if (errors.Any) return Problem.Invalid(errors);
        if (!sessions.TryAcquire(id, out var lease, out var error)) return error.ToProblem();

        if (CommandValidator.Validate(request, lease.Session) is { Any: true } unfit)
        {
            lease.Dispose();
            return Problem.Invalid(unfit);
        }

        await using var command = await RunningCommand.StartAsync(lease, validator.ToStart(request, lease.Session), audit, cancellationToken);
        if (request.Background)
        {
            command.GoOn();
            background.Begin(lease.Session, command.Pid, audit);
            return await StartedAsync(command, request, id, cancellationToken);
        }

        if (!EventStreamWriter.IsWanted(http.Request))
        {
            var hold = lease.Session.Answers.HoldUntilSent(http.Response);
            return TypedResults.Ok(await runner.CollectAsync(command, request.Stdin, hold, cancellationToken));
        }

        await CommandEvents.StreamAsync(http.Response, runner, command, request.Stdin, cancellationToken);
        return TypedResults.Empty;
    }

    private static async Task<Created<CommandStarted>> StartedAsync(
        RunningCommand command, RunCommandRequest request, string id, CancellationToken cancellationToken)
    {
        if (request.Stdin is { } stdin)
        {
            await command.WriteStdinAsync(Encoding.UTF8.GetBytes(stdin), cancellationToken);
            await command.CloseStdinAsync(cancellationToken);
        }

        return TypedResults.Created($"/api/v1/sessions/{id}/commands/{command.Pid}", new CommandStarted(command.Pid));
    }

    private static async Task<Results<Ok<CommandList>, ProblemHttpResult>> ListAsync(
        string id, OwnSessions sessions, CancellationToken cancellationToken)
    {
        if (!sessions.TryAcquire(id, out var lease, out var error)) return error.ToProblem();
        using var held = lease;
        var commands = await lease.Guest.ListCommandsAsync(cancellationToken);
        return TypedResults.Ok(new CommandList([.. commands.Select(CommandShape.Response)], null));
    }

    private static async Task<Results<Ok<CommandResponse>, ProblemHttpResult>> GetAsync(
        string id, int pid, OwnSessions sessions, CancellationToken cancellationToken)
    {
        if (!sessions.TryAcquire(id, out var lease, out var error)) return error.ToProblem();
        using var held = lease;
        return TypedResults.Ok(CommandShape.Response(await lease.Guest.GetCommandAsync(pid, cancellationToken)));
    }

    private static async Task<IResult> FollowAsync(
        string id, int pid, HttpResponse response, OwnSessions sessions, CancellationToken cancellationToken)
    {
        if (!sessions.TryAcquire(id, out var lease, out var error)) return error.ToProblem();

        await using var command = await RunningCommand.AttachAsync(lease, pid, cancellationToken);
        await CommandEvents.ReplayAsync(response, command, cancellationToken);
        return TypedResults.Empty;
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SignalAsync(
        string id, int pid, SignalRequest request, OwnSessions sessions, AuditRecord audit, CancellationToken cancellationToken)
    {
        audit.Entry = audit.Entry with { Signal = request.Signal };
        if (!SignalNames.TryParse(request.Signal, out var signal))
        {
            var errors = new ValidationErrors();
            errors.Add("signal", "must be the name of a signal, such as SIGTERM, SIGINT or SIGKILL.");
            return Problem.Invalid(errors);
        }

        if (!sessions.TryAcquire(id, out var lease, out var error)) return error.ToProblem();
        using var held = lease;
        await lease.Guest.SignalAsync(pid, signal, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> WriteStdinAsync(
        string id, int pid, StdinRequest request, OwnSessions sessions, AuditRecord audit, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        var data = Decode(request, errors);
        audit.Entry = audit.Entry with { BytesIn = data.Length };
        if (errors.Any) return Problem.Invalid(errors);
        if (!sessions.TryAcquire(id, out var lease, out var error)) return error.ToProblem();
        using var held = lease;
        lease.Session.Claim.EnsureMayRun();
        await lease.Guest.WriteStdinAsync(pid, data, request.End, cancellationToken);
        return TypedResults.NoContent();
    }

    private static byte[] Decode(StdinRequest request, ValidationErrors errors)
    {
        var data = request.Data ?? "";
        switch (request.Encoding)
        {
            case "utf-8":
                return Encoding.UTF8.GetBytes(data);
            case "base64":
                var bytes = new byte[data.Length];
                if (Convert.TryFromBase64String(data, bytes, out var written)) return bytes[..written];
                errors.Add("data", "is not valid base64.");
                return [];
            default:
                errors.Add("encoding", "must be utf-8 or base64.");
                return [];
        }
    }
}
