using AgentSandbox.Server.Problems;
using Microsoft.AspNetCore.Diagnostics;

namespace AgentSandbox.Server.Guests;

/// <summary>Turns what the guest could not do into a problem document. Only its code is used: its words are not ours.</summary>
internal sealed class GuestFailureHandler(IProblemDetailsService problems) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not GuestException { Code: var code }) return ValueTask.FromResult(false);

        var answer = GuestProblems.Describe(code);
        var document = Problem.Document(answer.Status, answer.Code, "The sandbox could not do this.", answer.Detail);
        if (answer.Status is StatusCodes.Status429TooManyRequests) document.WithRetryAfter(1);
        return problems.WriteAsync(httpContext, document);
    }
}
