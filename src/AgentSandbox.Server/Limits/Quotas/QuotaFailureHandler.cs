using AgentSandbox.Server.Problems;
using Microsoft.AspNetCore.Diagnostics;

namespace AgentSandbox.Server.Limits.Quotas;

/// <summary>Turns a used-up quota into a 429 that names it, with what is used of it and when there is more.</summary>
internal sealed class QuotaFailureHandler(IProblemDetailsService problems) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not QuotaExceededException exceeded) return ValueTask.FromResult(false);

        var document = Problem.Document(429, "quota_exceeded", "The quota is used up.", exceeded.Message)
            .WithRetryAfter((int)Math.Ceiling(exceeded.RetryAfter.TotalSeconds));
        document.Extensions["quota"] = QuotaNames.Of(exceeded.Quota);
        document.Extensions["limit"] = exceeded.Limit;
        document.Extensions["used"] = Math.Round(exceeded.Used, 6);
        document.Extensions["resetsAt"] = exceeded.ResetsAt;
        return problems.WriteAsync(httpContext, document);
    }
}
