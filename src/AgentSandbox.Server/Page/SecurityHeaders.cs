namespace AgentSandbox.Server.Page;

/// <summary>
/// Headers on every answer, with the request's id. What a browser may do with an answer depends on what it is: the page needs
/// its own files and the API, the API reference brings inline parts, and everything else is data, which may come out of a box
/// and must never act in this origin, where a login's cookie is.
/// </summary>
internal static class SecurityHeaders
{
    private const string DataPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

    // Trusted types: a string that would become markup or a script throws instead.
    private const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private const string ReferencePolicy =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly string[] DataPaths = ["/api", "/openapi", "/healthz", "/readyz", "/metrics"];

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // As the last thing before the answer starts: an exception handler clears what was set before.
        context.Response.OnStarting(SetAsync, context);
        return next(context);
    });

    private static Task SetAsync(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers["X-Request-Id"] = context.TraceIdentifier;
        headers.ContentSecurityPolicy = PolicyOf(context.Request.Path);
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        return Task.CompletedTask;
    }

    private static string PolicyOf(PathString path)
    {
        if (path.StartsWithSegments("/docs", StringComparison.OrdinalIgnoreCase)) return ReferencePolicy;
        return DataPaths.Any(data => path.StartsWithSegments(data, StringComparison.OrdinalIgnoreCase)) ? DataPolicy : PagePolicy;
    }
}
