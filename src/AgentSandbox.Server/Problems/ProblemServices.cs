using Microsoft.AspNetCore.Http.Json;

namespace AgentSandbox.Server.Problems;

internal static class ProblemServices
{
    /// <summary>To be called after every feature: handlers are asked in the order of their registration, the last resort last.</summary>
    public static void AddProblems(this IServiceCollection services)
    {
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();     // asked before the framework's own
        services.AddProblemDetails();
        services.AddExceptionHandler<BadRequestHandler>();
        services.AddExceptionHandler<UnexpectedFailureHandler>();
        services.Configure<JsonOptions>(options => JsonSettings.Apply(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }
}
