using AgentSandbox.Server.Access;
using AgentSandbox.Server.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace AgentSandbox.Server.Sessions;

internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var sessions = routes.MapGroup("/api/v1/sessions").WithTags("Sessions").ProducesProblem(429);
        sessions.MapPost("/", CreateAsync).Changes(Scopes.Sessions).WithName("createSession").WithSummary("Create a session.")
            .ProducesProblem(404).ProducesProblem(422).ProducesProblem(503);
        sessions.MapGet("/", List).Reads(Scopes.Sessions).WithName("listSessions").WithSummary("List sessions, newest first; filter by state and by labels (metadata=key=value).")
            .ProducesProblem(422);
        sessions.MapGet("/{id}", Get).Reads(Scopes.Sessions).WithName("getSession").WithSummary("Inspect a session.").ProducesProblem(404);
        sessions.MapPatch("/{id}", Update).Changes(Scopes.Sessions).WithName("updateSession").WithSummary("Extend a session from now on, or replace its labels.")
            .ProducesProblem(404).ProducesProblem(422);
        sessions.MapDelete("/{id}", Delete).Changes(Scopes.Sessions).WithName("deleteSession").WithSummary("End a session. Nothing of it remains.").ProducesProblem(404);
        sessions.MapGet("/{id}/stats", StatsAsync).Reads(Scopes.Sessions).WithName("getSessionStats").WithSummary("What the session uses now.")
            .ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<Results<Created<SessionResponse>, ProblemHttpResult>> CreateAsync(
        [FromBody(EmptyBodyBehavior = Microsoft.AspNetCore.Mvc.ModelBinding.EmptyBodyBehavior.Allow)] CreateSessionRequest? body,
        SessionValidator validator,
        OwnSessions sessions,
        CancellationToken cancellationToken)
    {
        var (request, errors) = validator.Validate(body);
        if (errors.Any) return Problem.Invalid(errors);

        var (session, error) = await sessions.CreateAsync(request, cancellationToken);
        if (session is null) return error.ToProblem();
        // Nobody would ever learn its id.
        if (cancellationToken.IsCancellationRequested) sessions.Delete(session.Id);
        return TypedResults.Created($"/api/v1/sessions/{session.Id}", ToResponse(session));
    }

    private static Results<Ok<Page<SessionResponse>>, ProblemHttpResult> List(
        int? limit, string? cursor, string? state, [FromQuery] string[]? metadata, OwnSessions sessions)
    {
        var errors = new ValidationErrors();
        var query = SessionList.Query.Parse(limit, cursor, state, metadata, errors);
        if (errors.Any) return Problem.Invalid(errors);

        var page = SessionList.Take(sessions.All, query);
        return TypedResults.Ok(new Page<SessionResponse>([.. page.Items.Select(ToResponse)], page.NextCursor));
    }

    private static Results<Ok<SessionResponse>, ProblemHttpResult> Get(string id, OwnSessions sessions) =>
        sessions.TryFind(id, out var session) ? TypedResults.Ok(ToResponse(session)) : SessionError.NotFound.ToProblem();

    private static Results<Ok<SessionResponse>, ProblemHttpResult> Update(
        string id, UpdateSessionRequest body, SessionValidator validator, OwnSessions sessions)
    {
        if (!sessions.TryFind(id, out var session)) return SessionError.NotFound.ToProblem();
        var errors = validator.Validate(body);
        if (errors.Any) return Problem.Invalid(errors);

        if (session.State is not (SessionState.Running or SessionState.Lost)) return SessionError.NotRunning.ToProblem();

        if (body.TimeoutMs is { } timeoutMs)
        {
            session.Claim.EnsureMayRun();
            session.SetTimeout(timeoutMs);
        }

        if (body.Metadata is { } metadata) session.SetMetadata(SessionValidator.Pairs(metadata));
        return TypedResults.Ok(ToResponse(session));
    }

    private static Results<NoContent, ProblemHttpResult> Delete(string id, OwnSessions sessions) =>
        sessions.Delete(id) ? TypedResults.NoContent() : SessionError.NotFound.ToProblem();

    private static async Task<Results<Ok<StatsResponse>, ProblemHttpResult>> StatsAsync(string id, OwnSessions sessions, CancellationToken cancellationToken)
    {
        if (!sessions.TryAcquire(id, out var lease, out var error)) return error.ToProblem();
        using var held = lease;
        var stats = await lease.Sandbox.ReadStatsAsync(cancellationToken);
        return TypedResults.Ok(new StatsResponse(
            stats.CpuMs, stats.MemoryBytes, stats.PeakMemoryBytes, stats.Pids, stats.OomKills, lease.Sandbox.Spec.Limits));
    }

    private static SessionResponse ToResponse(Session session) => new(
        session.Id,
        session.State,
        session.Sandbox.Spec.Template.Name,
        session.Sandbox.Runtime,
        session.Sandbox.Spec.Isolation,
        session.Sandbox.Host,
        session.Owner,
        session.CreatedAt,
        session.ExpiresAt,
        session.TimeoutMs,
        session.Sandbox.Spec.Limits,
        session.Metadata);
}
