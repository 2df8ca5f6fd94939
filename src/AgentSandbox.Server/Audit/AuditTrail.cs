namespace AgentSandbox.Server.Audit;

/// <summary>
/// Writes the entry of each request that was let through to an audited endpoint, when its answer is known. Lies around
/// whatever turns exceptions into answers.
/// </summary>
internal sealed partial class AuditTrail(RequestDelegate next, AuditLog log, ILogger<AuditTrail> logger)
{
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        finally
        {
            if (context.Features.Get<AuditRecord>() is { } record) await WriteAsync(record, context);
        }
    }

    private async Task WriteAsync(AuditRecord record, HttpContext context)
    {
        try
        {
            var hasLeft = context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted;
            await record.EndedAsync(hasLeft ? ClientClosedRequest : context.Response.StatusCode);
        }
        catch (Exception exception)
        {
            // The answer is made, and what it tells has happened.
            log.CountLost();
            Log.Failed(logger, record.Entry.Action, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4109, LogLevel.Error, "The audit entry of {Action} could not be made.")]
        public static partial void Failed(ILogger logger, string action, Exception exception);
    }
}
