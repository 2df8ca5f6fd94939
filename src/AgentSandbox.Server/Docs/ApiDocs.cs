using AgentSandbox.Server.Access;
using Scalar.AspNetCore;

namespace AgentSandbox.Server.Docs;

/// <summary>The OpenAPI document, and a page to read and try it.</summary>
internal static class ApiDocs
{
    public static void AddApiDocs(this IServiceCollection services) => services.AddOpenApi("v1", options =>
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "AI Agent Sandbox";
            document.Info.Version = "1";
            document.Info.Description = "Runs untrusted agents, and the code that agents write, each session in its own isolated container.";
            return Task.CompletedTask;
        }));

    public static void MapApiDocs(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/openapi/{documentName}.json").ForEverybody();
        routes.MapScalarApiReference("/docs", options => options.WithTitle("AI Agent Sandbox API").DisableDefaultFonts()).ForEverybody();
    }
}
