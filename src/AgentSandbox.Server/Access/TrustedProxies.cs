using Microsoft.AspNetCore.HttpOverrides;

namespace AgentSandbox.Server.Access;

/// <summary>
/// Whom to believe who a request comes from. Anybody can send <c>X-Forwarded-For</c>, so it counts only from the proxies that
/// the operator named, and of it only what the nearest of them has added.
/// </summary>
internal static class TrustedProxies
{
    public static void UseTrustedProxies(this IApplicationBuilder app)
    {
        var proxies = app.ApplicationServices.GetRequiredService<AccessOptions>().TrustedProxies;
        if (proxies.Count == 0) return;

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = 1 };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in proxies) options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }
}
