using AgentSandbox.Server.Problems;
using Microsoft.AspNetCore.Diagnostics;

namespace AgentSandbox.Server.Runtimes;

/// <summary>A box that ended in the middle of a request. The exception's words are for the log alone.</summary>
internal sealed partial class RuntimeFailureHandler(IProblemDetailsService problems, ILogger<RuntimeFailureHandler> logger) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not SandboxRuntimeException) return ValueTask.FromResult(false);

        Log.Failed(logger, exception, httpContext.TraceIdentifier);
        return problems.WriteAsync(
            httpContext,
            Problem.Document(502, "sandbox_lost", "The sandbox could not do this.", "The sandbox ended while it worked on this. Inspect the session."));
    }

    private static partial class Log
    {
        [LoggerMessage(2110, LogLevel.Warning, "The runtime failed in request {RequestId}.")]
        public static partial void Failed(ILogger logger, Exception exception, string requestId);
    }
}
