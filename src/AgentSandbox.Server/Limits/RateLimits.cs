using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using AgentSandbox.Server.Problems;

namespace AgentSandbox.Server.Limits;

/// <summary>
/// Requests per client address in 15 minutes. Callers on loopback are exempt until <c>RATE_LIMIT_MAX_REQUESTS</c> is
/// set, so that a first try and the page are never locked out.
/// </summary>
internal static class RateLimits
{
    private const int DefaultMaxRequests = 100;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    public static void AddRateLimits(this IServiceCollection services, int? maxRequests) => services.AddRateLimiter(options =>
    {
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, IPAddress>(context => PartitionOf(context, maxRequests));
        options.OnRejected = RejectAsync;
    });

    private static RateLimitPartition<IPAddress> PartitionOf(HttpContext context, int? maxRequests)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (maxRequests is null && IPAddress.IsLoopback(address)) return RateLimitPartition.GetNoLimiter(address);
        return RateLimitPartition.GetFixedWindowLimiter(address, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = maxRequests ?? DefaultMaxRequests,
            Window = Window,
        });
    }

    private static async ValueTask RejectAsync(Microsoft.AspNetCore.RateLimiting.OnRejectedContext context, CancellationToken cancellationToken)
    {
        var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : Window;
        var seconds = (int)Math.Ceiling(wait.TotalSeconds);
        context.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        var problem = Problem.Create(429, "rate_limited", "Too many requests.", $"Try again in {seconds} seconds.");
        await problem.ExecuteAsync(context.HttpContext);
    }
}
