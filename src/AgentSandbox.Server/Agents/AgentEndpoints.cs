using System.Text;
using System.Text.Json;
using AgentSandbox.Server.Access;
using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Commands;
using AgentSandbox.Server.Events;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Problems;
using AgentSandbox.Server.Sessions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentSandbox.Server.Agents;

internal static class AgentEndpoints
{
    public static void MapAgents(this IEndpointRouteBuilder routes)
    {
        var agents = routes.MapGroup("/api/v1").WithTags("Agents").ProducesProblem(429);
        agents.MapGet("/agents", List).Reads(Scopes.None).WithName("listAgents").WithSummary("The agents of this server.");
        agents.MapGet("/agents/{name}", Get).Reads(Scopes.None).WithName("getAgent").WithSummary("An agent's manifest.").ProducesProblem(404);
        agents.MapPost("/sessions/{id}/agents/{name}/runs", RunAsync).Changes(Scopes.Agents).WithName("runAgent")
            .WithSummary("Run an agent in a session: its result, or its events when text/event-stream is accepted.")
            .Produces<RunResult>(200, "application/json", EventStreamWriter.MediaType)
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        agents.MapPost("/agents/{name}/runs", RunOnceAsync).Changes(Scopes.Agents).WithName("runAgentOnce")
            .WithSummary("Run an agent in a session of its own that ends with it.")
            .Produces<RunResult>(200, "application/json", EventStreamWriter.MediaType)
            .ProducesProblem(404).ProducesProblem(422).ProducesProblem(503);
    }

    private static Ok<AgentList> List(AgentCatalog catalog) =>
        TypedResults.Ok(new AgentList([.. catalog.All.Select(agent => agent.Manifest)], null));

    private static Results<Ok<AgentManifest>, ProblemHttpResult> Get(string name, AgentCatalog catalog) =>
        catalog.Find(name) is { } agent ? TypedResults.Ok(agent.Manifest) : NotFound();

    private static async Task<IResult> RunAsync(
        string id, string name, JsonElement body, HttpContext http, AgentCatalog catalog, AgentRunner runner, OwnSessions sessions,
        AuditRecord audit, CancellationToken cancellationToken)
    {
        if (catalog.Find(name) is not { } agent) return NotFound();
        var errors = agent.Validate(body);
        if (errors.Any) return Problem.Invalid(errors);
        if (!sessions.TryAcquire(id, out var lease, out var error)) return error.ToProblem();

        return await AnswerAsync(http, agent, body, runner, lease, audit, cancellationToken);
    }

    private static async Task<IResult> RunOnceAsync(
        string name, JsonElement body, HttpContext http, AgentCatalog catalog, AgentRunner runner, OwnSessions sessions,
        SessionValidator validator, AuditRecord audit, CancellationToken cancellationToken)
    {
        if (catalog.Find(name) is not { } agent) return NotFound();
        var errors = agent.Validate(body);
        if (errors.Any) return Problem.Invalid(errors);

        var (session, error) = await sessions.CreateAsync(validator.Validate((CreateSessionRequest?)null).Request, cancellationToken);
        if (session is null) return error.ToProblem();
        try
        {
            if (session.TryAcquire(out error) is not { } lease) return error.ToProblem();
            return await AnswerAsync(http, agent, body, runner, lease, audit, cancellationToken);
        }
        finally
        {
            sessions.Delete(session.Id);
        }
    }

    private static async Task<IResult> AnswerAsync(
        HttpContext http, Agent agent, JsonElement input, AgentRunner runner, SessionLease lease, AuditRecord audit,
        CancellationToken cancellationToken)
    {
        audit.Entry = audit.Entry with { BytesIn = Encoding.UTF8.GetByteCount(input.GetRawText()) };
        await using var run = await AgentRunner.StartAsync(agent, lease, audit, cancellationToken);
        var hold = lease.Session.Answers.HoldUntilSent(http.Response);
        if (!EventStreamWriter.IsWanted(http.Request))
        {
            return TypedResults.Ok(await runner.FollowAsync(run, agent, input, hold, _ => ValueTask.CompletedTask, cancellationToken));
        }

        var events = new EventStreamWriter(http.Response);
        await events.StartAsync(cancellationToken);
        await events.WriteAsync("started", new RunStarted(run.Id, run.Command.Pid), cancellationToken);
        await CommandEvents.EndAsync(
            events,
            run.Command,
            () => runner.FollowAsync(run, agent, input, hold, progress => events.WriteAsync("progress", progress, cancellationToken), cancellationToken),
            cancellationToken);
        return TypedResults.Empty;
    }

    private static ProblemHttpResult NotFound() =>
        Problem.Create(404, "agent_not_found", "There is no such agent.", "GET /api/v1/agents lists the agents of this server.");
}
