using System.Diagnostics.CodeAnalysis;
using AgentSandbox.Server.Access;
using AgentSandbox.Server.Audit;

namespace AgentSandbox.Server.Sessions;

/// <summary>
/// The sessions that one caller may see: its own, or for an admin all. The only way from an endpoint to a session, so that
/// none can forget to ask whose it is; to the caller, the others do not exist.
/// </summary>
internal sealed class OwnSessions(SessionManager sessions, Caller caller, HttpContext context)
{
    public IEnumerable<Session> All => sessions.All.Where(session => caller.MaySee(session.Owner));

    public static ValueTask<OwnSessions> BindAsync(HttpContext context) =>
        ValueTask.FromResult(new OwnSessions(context.RequestServices.GetRequiredService<SessionManager>(), context.GetCaller(), context));

    public bool TryFind(string id, [NotNullWhen(true)] out Session? session)
    {
        if (!sessions.TryFind(id, out session)) return false;
        if (caller.MaySee(session.Owner)) return true;

        // Ids cannot be guessed: whoever names another's session has got hold of it somewhere.
        context.RequestServices.GetRequiredService<SecurityLog>().Note(SecurityEvent.ForeignSession, $"{context.Request.Method} {context.Request.Path}", context);
        session = null;
        return false;
    }

    /// <inheritdoc cref="Session.TryAcquire"/>
    public bool TryAcquire(string id, [NotNullWhen(true)] out SessionLease? lease, out SessionError error)
    {
        lease = null;
        error = SessionError.NotFound;
        if (TryFind(id, out var session)) lease = session.TryAcquire(out error);
        return lease is not null;
    }

    /// <inheritdoc cref="SessionManager.CreateAsync"/>
    public async Task<(Session? Session, SessionError Error)> CreateAsync(SessionRequest request, CancellationToken cancellationToken)
    {
        var (session, error) = await sessions.CreateAsync(request, caller.Owner, cancellationToken);
        if (session is not null && context.Features.Get<AuditRecord>() is { } audit) audit.Began(session.Id, session.Owner);
        return (session, error);
    }

    public bool Delete(string id) => TryFind(id, out _) && sessions.Delete(id, SessionEnd.Deleted);
}
