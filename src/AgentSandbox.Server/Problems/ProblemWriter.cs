using Microsoft.AspNetCore.WebUtilities;

namespace AgentSandbox.Server.Problems;

/// <summary>
/// Writes problem documents whatever the caller accepts. The framework's own writer leaves the body out for one who asked
/// for <c>text/event-stream</c>, who then could not tell why there are no events.
/// </summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var (response, document) = (context.HttpContext.Response, context.ProblemDetails);
        document.Status ??= response.StatusCode;
        document.Title ??= ReasonPhrases.GetReasonPhrase(document.Status.Value);
        Problem.Complete(context);
        return new ValueTask(response.WriteAsJsonAsync(document, JsonSettings.Default, "application/problem+json"));
    }
}
