namespace AgentSandbox.Server.Observability;

/// <summary>One line per request, when it has ended, and the request's id on every answer.</summary>
internal sealed partial class RequestLog(RequestDelegate next, TimeProvider time, ILogger<RequestLog> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        context.Response.Headers["X-Request-Id"] = context.TraceIdentifier;
        try
        {
            await next(context);
        }
        finally
        {
            Write(context, time.GetElapsedTime(started));
        }
    }

    private void Write(HttpContext context, TimeSpan elapsed)
    {
        var request = context.Request;
        var sessionId = context.GetRouteValue("id") as string;
        Log.Served(
            logger,
            context.Response.StatusCode >= 500 ? LogLevel.Error : LogLevel.Information,
            request.Method,
            request.Path.Value ?? "",
            context.Response.StatusCode,
            Math.Round(elapsed.TotalMilliseconds, 2),
            sessionId,
            context.Connection.RemoteIpAddress?.ToString(),
            context.TraceIdentifier);
    }

    private static partial class Log
    {
        [LoggerMessage(3000, "{Method} {Path} {Status} {DurationMs} ms")]
        public static partial void Served(
            ILogger logger, LogLevel level, string method, string path, int status, double durationMs, string? sessionId, string? ip, string requestId);
    }
}
