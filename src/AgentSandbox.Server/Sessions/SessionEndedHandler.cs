using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Problems;
using AgentSandbox.Server.Runtimes;
using Microsoft.AspNetCore.Diagnostics;

namespace AgentSandbox.Server.Sessions;

/// <summary>
/// A request that lost its box because its session was deleted or expired: nothing has failed. Must be asked before those
/// who would blame the box.
/// </summary>
internal sealed class SessionEndedHandler(SessionManager sessions, IProblemDetailsService problems) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not (GuestException { Code: GuestErrorCode.ConnectionLost } or SandboxRuntimeException)) return ValueTask.FromResult(false);

        var route = httpContext.Features.Get<IExceptionHandlerFeature>()?.RouteValues;
        if (route?["id"] is not string id || sessions.TryFind(id, out _)) return ValueTask.FromResult(false);

        return problems.WriteAsync(httpContext, SessionError.Ended.ToProblem().ProblemDetails);
    }
}
