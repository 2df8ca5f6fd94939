namespace AgentSandbox.Server.Observability;

/// <summary>One line per request, when it has ended.</summary>
internal sealed partial class RequestLog(RequestDelegate next, TimeProvider time, ILogger<RequestLog> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
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
        var level = context.Response.StatusCode is 500 or 502 ? LogLevel.Error : LogLevel.Information;
        if (!logger.IsEnabled(level)) return;

        var ip = context.Connection.RemoteIpAddress?.ToString();
        var sessionId = context.GetRouteValue("id") as string;
        var (method, path) = (context.Request.Method, context.Request.Path.Value ?? "");
        var durationMs = Math.Round(elapsed.TotalMilliseconds, 2);
        using (logger.BeginScope(new RequestScope(sessionId, ip, context.TraceIdentifier)))
        {
            Log.Served(logger, level, method, path, context.Response.StatusCode, durationMs);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3000, Message = "{Method} {Path} {Status} {DurationMs} ms")]
        public static partial void Served(
            ILogger logger, LogLevel level, string method, string path, int status, double durationMs);
    }
}
