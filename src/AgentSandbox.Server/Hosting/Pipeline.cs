using AgentSandbox.Server.Access;
using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Limits;
using AgentSandbox.Server.Observability;
using AgentSandbox.Server.Page;
using AgentSandbox.Server.Problems;

namespace AgentSandbox.Server.Hosting;

/// <summary>
/// What every request passes on its way to an endpoint. The order is the point:
/// <list type="number">
/// <item>where it comes from, before anything is written about it;</item>
/// <item>logs and headers, around all answers, refusals and failures too;</item>
/// <item>who must not even ask: other host names, other sites;</item>
/// <item>the page, which is for everybody;</item>
/// <item>who it is, after a look at how often wrong proofs have come from there; how much it may; whether it may at all;</item>
/// <item>what is only worth looking at when all that is settled.</item>
/// </list>
/// </summary>
internal static class Pipeline
{
    public static void UsePipeline(this WebApplication app)
    {
        app.UseTrustedProxies();                 // 1

        app.UseMiddleware<RequestLog>();         // 2
        app.UseMiddleware<AuditTrail>();
        app.UseSecurityHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePages();

        app.UseKnownHosts();                     // 3
        app.UseSameOrigin();

        app.UsePage();                           // 4

        app.UseFailedProofs();                   // 5
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();

        app.UseMiddleware<AuditGate>();          // 6
        app.UseUtf8Only();
    }
}
