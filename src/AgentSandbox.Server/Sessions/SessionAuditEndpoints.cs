using System.Globalization;
using AgentSandbox.Server.Access;
using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentSandbox.Server.Sessions;

/// <summary>What was done in a session, and by whom: for its owner and for admins, also when it has ended.</summary>
internal static class SessionAuditEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 500;

    public static void MapSessionAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/sessions/{id}/audit", ReadAsync).WithTags("Sessions").Reads(Scopes.All).WithName("listSessionAudit")
            .WithSummary("What was done in a session, by whom and with which result, oldest first; also when it has ended.")
            .ProducesProblem(404).ProducesProblem(422);

    private static async Task<Results<Ok<Page<AuditEntry>>, ProblemHttpResult>> ReadAsync(
        string id, int? limit, string? cursor, OwnSessions sessions, AuditLog audit, HttpContext context, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        errors.Range("limit", limit, 1, MaxLimit, "entries");
        if (!long.TryParse(cursor ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var after)) errors.Add("cursor", "must be the nextCursor of an earlier page.");
        if (errors.Any) return Problem.Invalid(errors);

        await audit.FlushAsync(cancellationToken);
        if (!sessions.TryFind(id, out _) && !MaySeeEnded(id, context.GetCaller(), audit)) return SessionError.NotFound.ToProblem();

        var page = audit.Read(id, after, limit ?? DefaultLimit);
        var next = page.HasMore ? page.Entries[^1].Seq.ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Ok(new Page<AuditEntry>(page.Entries, next));
    }

    private static bool MaySeeEnded(string id, Caller caller, AuditLog audit) => audit.OwnerOf(id) is { } owner && caller.MaySee(owner);
}
