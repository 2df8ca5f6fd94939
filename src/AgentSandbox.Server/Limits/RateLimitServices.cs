namespace AgentSandbox.Server.Limits;

internal static class RateLimitServices
{
    public static void AddRateLimits(this IServiceCollection services, RateLimitOptions limits)
    {
        services.AddSingleton(limits);
        services.AddSingleton<CallerLimiter>();
        services.AddSingleton<FailedProofs>();
        services.AddRateLimiter(static options => options.OnRejected = RateLimitAnswers.RejectAsync);
        services.AddOptions<Microsoft.AspNetCore.RateLimiting.RateLimiterOptions>()
            .Configure<CallerLimiter>(static (options, limiter) => options.GlobalLimiter = limiter);
    }

    /// <summary>To stand before authentication: whoever has failed too often is not even asked.</summary>
    public static void UseFailedProofs(this IApplicationBuilder app)
    {
        var failures = app.ApplicationServices.GetRequiredService<FailedProofs>();
        app.Use((HttpContext context, RequestDelegate next) => failures.InvokeAsync(context, next));
    }
}
