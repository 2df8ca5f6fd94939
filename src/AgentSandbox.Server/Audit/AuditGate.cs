using AgentSandbox.Server.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentSandbox.Server.Audit;

/// <summary>
/// Begins the entry of each request that changes something, or that is marked by <see cref="AuditConventions.Audited"/>. Refuses
/// those that would do more while nothing can be written; what is there can still be read and deleted. Lies behind the check
/// of access: who is not let in does nothing.
/// </summary>
internal sealed class AuditGate(RequestDelegate next, AuditLog log, SecurityLog security)
{
    private const int RetryAfterSeconds = 5;

    public Task InvokeAsync(HttpContext context)
    {
        var method = context.Request.Method;
        // Only ours have a route: the framework's own answer what fits none of them, and do nothing.
        if (context.GetEndpoint() is not RouteEndpoint endpoint || !IsAudited(endpoint, method)) return next(context);

        if (!log.IsAvailable && !HttpMethods.IsGet(method) && !HttpMethods.IsDelete(method)) return Refuse().ExecuteAsync(context);

        context.Features.Set(new AuditRecord(log, security, AuditRecord.OriginOf(context)));
        return next(context);
    }

    internal static bool IsAudited(Endpoint endpoint, string method) => ChangesSomething(method) || endpoint.Metadata.GetMetadata<AuditedMetadata>() is not null;

    private static bool ChangesSomething(string method) => !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method);

    private static ProblemHttpResult Refuse() => Problem.Unavailable(
        "audit_unavailable",
        "The audit log cannot be written.",
        "What changes something is refused until it can; reading and deleting go on. The operator finds the reason in the server's log.",
        RetryAfterSeconds);
}
