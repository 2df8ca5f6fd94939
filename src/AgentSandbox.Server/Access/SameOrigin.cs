using AgentSandbox.Server.Problems;
using Microsoft.AspNetCore.HostFiltering;

namespace AgentSandbox.Server.Access;

/// <summary>
/// Nobody logs in on loopback, so any web page in the user's browser could talk to the server. Two checks keep other
/// sites out: the host name must be a local one (else a site could rebind its own name to 127.0.0.1), and a request that
/// changes something must not come from another origin.
/// </summary>
internal static class SameOrigin
{
    public static void AddLocalHostsOnly(this IServiceCollection services) => services.Configure<HostFilteringOptions>(options =>
    {
        options.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"];
        options.IncludeFailureMessage = false;
    });

    public static void UseSameOrigin(this IApplicationBuilder app) => app.Use((context, next) =>
        IsForeign(context.Request)
            ? Problem.Create(403, "cross_origin", "Requests from other sites are refused.", "Call the API from the server's own page, or without an Origin header.").ExecuteAsync(context)
            : next(context));

    private static bool IsForeign(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)) return false;
        if (request.Headers.Origin.ToString() is not { Length: > 0 } origin) return false;
        return !Uri.TryCreate(origin, UriKind.Absolute, out var uri) || !string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }
}
