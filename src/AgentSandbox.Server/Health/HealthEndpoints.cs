using AgentSandbox.Server.Access;
using AgentSandbox.Server.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentSandbox.Server.Health;

internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/").WithTags("Health").DisableRateLimiting().ForEverybody();
        health.MapGet("/healthz", Alive).WithName("getHealth").WithSummary("The server answers.");
        health.MapGet("/readyz", Ready).WithName("getReadiness").WithSummary("A real command has run in a real box.").ProducesProblem(503);

        // Load balancers like to ask so; the web server leaves the body out.
        health.MapMethods("/healthz", [HttpMethods.Head], Alive).ExcludeFromDescription();
        health.MapMethods("/readyz", [HttpMethods.Head], Ready).ExcludeFromDescription();
    }

    private static Ok<HealthResponse> Alive() => TypedResults.Ok(new HealthResponse("ok"));

    private static Results<Ok<HealthResponse>, ProblemHttpResult> Ready(Readiness readiness) =>
        readiness.IsReady
            ? TypedResults.Ok(new HealthResponse("ready"))
            : Problem.Unavailable("not_ready", "The server is not ready.", "No command has run in a box yet.", 1);
}

internal sealed record HealthResponse(string Status);
