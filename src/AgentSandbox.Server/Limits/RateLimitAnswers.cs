using System.Globalization;
using AgentSandbox.Server.Problems;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Net.Http.Headers;

namespace AgentSandbox.Server.Limits;

/// <summary>How callers learn of limits: the fields of draft-ietf-httpapi-ratelimit-headers-10, and a problem with <c>Retry-After</c>.</summary>
internal static class RateLimitAnswers
{
    private const string PolicyHeader = "RateLimit-Policy", StateHeader = "RateLimit";

    /// <summary>At the last moment: an error handler clears what was set before.</summary>
    public static void ShowOn(this WindowLease window, HttpResponse response) => response.OnStarting(static state =>
    {
        var (response, window) = ((HttpResponse, WindowLease))state;
        response.Headers[PolicyHeader] = window.Policy.Header;
        response.Headers[StateHeader] = window.Header;
        if (!window.IsAcquired) response.Headers[HeaderNames.RetryAfter] = window.RetrySeconds.ToString(CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }, (response, window));

    public static ValueTask RejectAsync(OnRejectedContext context, CancellationToken cancellationToken) =>
        context.Lease is WindowLease window
            ? new(RefuseAsync(context.HttpContext, window, window.IsCrowded ? "Too many requests at once." : "Too many requests."))
            : ValueTask.CompletedTask;

    public static Task RefuseAsync(HttpContext context, WindowLease window, string title) =>
        Problem.Create(429, "rate_limited", title, $"Try again in {window.RetrySeconds} s.").ExecuteAsync(context);
}
