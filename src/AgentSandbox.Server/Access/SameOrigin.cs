using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Problems;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Options;

namespace AgentSandbox.Server.Access;

/// <summary>
/// Keeps other sites' pages out of the server that a user's browser can reach. Two checks: while nobody logs in the host name
/// must be a local one (else a site could rebind its own name to 127.0.0.1), and a request that changes something must not
/// come from another origin than those that the operator named.
/// </summary>
internal static class SameOrigin
{
    private static readonly string[] LocalHosts = ["localhost", "127.0.0.1", "[::1]"];

    public static void AddSameOrigin(this IServiceCollection services, AccessOptions options)
    {
        services.AddSingleton<IConfigureOptions<HostFilteringOptions>, AllowedHosts>();
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. options.CorsOrigins])
            .WithMethods("GET", "POST", "PUT", "PATCH", "DELETE")
            .WithHeaders("Authorization", "X-API-Key", "Content-Type", "Accept")
            .WithExposedHeaders("Location", "Retry-After", "X-Request-Id", "RateLimit", "RateLimit-Policy")));
    }

    public static void UseSameOrigin(this IApplicationBuilder app)
    {
        var options = app.ApplicationServices.GetRequiredService<AccessOptions>();
        var security = app.ApplicationServices.GetRequiredService<SecurityLog>();
        if (options.CorsOrigins.Count > 0) app.UseCors();
        app.Use((context, next) =>
        {
            if (!IsForeign(context.Request, options)) return next(context);

            security.Note(SecurityEvent.ForeignOrigin, $"{context.Request.Method} {context.Request.Path} from {context.Request.Headers.Origin}", context);
            return Problem.Create(403, "cross_origin", "Requests from other sites are refused.", "Call the API from the server's own page, or without an Origin header; the operator names other sites in CORS_ORIGINS.")
                .ExecuteAsync(context);
        });
    }

    /// <summary>Refuses requests for other host names, and tells of them, which the framework's own check does not.</summary>
    public static void UseKnownHosts(this IApplicationBuilder app)
    {
        var security = app.ApplicationServices.GetRequiredService<SecurityLog>();
        app.Use(async (context, next) =>
        {
            await next(context);
            if (context.Features.Get<KnownHost>() is null) security.Note(SecurityEvent.ForeignHost, $"{context.Request.Method} {context.Request.Path} for {context.Request.Headers.Host}", context);
        });
        app.UseHostFiltering();
        app.Use((context, next) =>
        {
            context.Features.Set(KnownHost.Instance);
            return next(context);
        });
    }

    private static bool IsForeign(HttpRequest request, AccessOptions options)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)) return false;
        if (request.Headers.Origin.ToString() is not { Length: > 0 } origin) return false;
        if (options.CorsOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)) return false;
        return !Uri.TryCreate(origin, UriKind.Absolute, out var uri) || !string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>On a request that the check has let through.</summary>
    private sealed class KnownHost
    {
        public static readonly KnownHost Instance = new();
    }

    private sealed class AllowedHosts(AccessOptions access, AccessMode mode) : IConfigureOptions<HostFilteringOptions>
    {
        public void Configure(HostFilteringOptions options)
        {
            options.AllowedHosts = mode.AllowsAnonymous ? LocalHosts : access.AllowedHosts is { Count: > 0 } named ? [.. named] : ["*"];
            options.AllowEmptyHosts = options.AllowedHosts is ["*"];
            options.IncludeFailureMessage = false;
        }
    }
}
