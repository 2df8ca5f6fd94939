using AgentSandbox.Server.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace AgentSandbox.Server.Docs;

/// <summary>The OpenAPI document, and a page to read and try it.</summary>
internal static class ApiDocs
{
    private const string KeyScheme = "key";

    public static void AddApiDocs(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            Introduce(document);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (!context.Description.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any()) AskForKey(operation, context);
            return Task.CompletedTask;
        });
    });

    public static void MapApiDocs(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/openapi/v1.json").ForEverybody();
        routes.MapScalarApiReference("/docs", options => options.WithTitle("AI Agent Sandbox API").DisableDefaultFonts()).ForEverybody();
    }

    private static void Introduce(OpenApiDocument document)
    {
        document.Info.Title = "AI Agent Sandbox";
        document.Info.Version = "1";
        document.Info.Description = "Runs untrusted agents, and the code that agents write, each session in its own isolated container.";
        (document.Components ??= new()).SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [KeyScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A key (ask_…) or a token of the server's issuer. Not needed while the server serves its own machine alone.",
            },
        };
    }

    private static void AskForKey(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, context.Document)] = [] }];
        operation.Responses!.TryAdd("401", new OpenApiResponse { Description = "No valid key or token." });
        operation.Responses.TryAdd("403", new OpenApiResponse { Description = "The role or scope is not enough." });
    }
}
