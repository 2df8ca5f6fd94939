using AgentSandbox.Server.Access;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentSandbox.Server.Runtimes;

internal static class RuntimeEndpoints
{
    public static void MapRuntimes(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/runtimes", List).Reads(Scopes.None).WithTags("Runtimes").WithName("listRuntimes")
            .WithSummary("How boxes are made here: isolations on offer with the walls that were found in force, and hosts.");

    private static Ok<RuntimeList> List(RuntimeOffer offer)
    {
        var runtime = offer.Runtime;
        return TypedResults.Ok(new RuntimeList(
        [
            new RuntimeResponse(
                runtime.Name,
                runtime.Capabilities.Pause,
                offer.DefaultIsolation,
                [.. offer.Found.Select(isolation => new IsolationResponse(isolation.Key, isolation.Value.Walls, isolation.Value.Promised, isolation.Value.Missing))],
                runtime.Hosts),
        ]));
    }
}
