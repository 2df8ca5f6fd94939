using Microsoft.AspNetCore.Diagnostics;

namespace AgentSandbox.Server.Problems;

/// <summary>
/// The last resort. The log gets the exception with the request's id; the caller gets the id alone. A caller who has left
/// is no failure.
/// </summary>
internal sealed partial class UnexpectedFailureHandler(IProblemDetailsService problems, ILogger<UnexpectedFailureHandler> logger) : IExceptionHandler
{
    private const int ClientClosedRequest = 499;

    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException or IOException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = ClientClosedRequest;
            return ValueTask.FromResult(true);
        }

        Log.Unexpected(logger, exception, httpContext.TraceIdentifier);
        return problems.WriteAsync(
            httpContext,
            Problem.Document(500, "internal_error", "The server failed.", "This is not your fault. The operator finds it in the log by the request's id."));
    }

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Error, "Request {RequestId} failed unexpectedly.")]
        public static partial void Unexpected(ILogger logger, Exception exception, string requestId);
    }
}
