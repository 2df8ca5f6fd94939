using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace AgentSandbox.Server.Problems;

/// <summary>Turns a body or parameter that could not be bound into a problem document that names the field.</summary>
internal sealed class BadRequestHandler(IProblemDetailsService problems) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException badRequest) return ValueTask.FromResult(false);

        return problems.WriteAsync(httpContext, Describe(httpContext, badRequest));
    }

    private static ProblemDetails Describe(HttpContext context, BadHttpRequestException exception) => exception switch
    {
        { StatusCode: not StatusCodes.Status400BadRequest } => new ProblemDetails { Status = exception.StatusCode },
        { InnerException: JsonException json } => DescribeJson(context, json),
        _ => Problem.Document(exception.StatusCode, "bad_request", "The request could not be read.", "The body or a parameter is missing or has the wrong form; /openapi/v1.json describes them."),
    };

    private static ProblemDetails DescribeJson(HttpContext context, JsonException exception)
    {
        var type = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        if (exception is { InnerException: null, Path: "$" } && JsonFieldDescriber.RequiredFields(type) is { Count: > 0 } required)
        {
            return FieldProblem("missing_field", required.ToDictionary<string, string, string[]>(field => field, _ => ["is required."]));
        }

        // A JsonReaderException inside means that the text is no JSON at all: there is no field to blame, only a position.
        if (exception.InnerException is JsonException || exception.Path is null or "$")
        {
            var where = $"line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}";
            return Problem.Document(400, "invalid_json", "The body is not valid JSON.", $"Near {where}: check syntax, nesting (at most {JsonSettings.MaxDepth} levels) and repeated names.");
        }

        var (field, message) = JsonFieldDescriber.Describe(type, exception.Path);
        return FieldProblem("invalid_field", new() { [field] = [message] });
    }

    private static ProblemDetails FieldProblem(string code, Dictionary<string, string[]> errors)
    {
        var detail = string.Join(' ', errors.Select(error => $"{error.Key} {error.Value[0]}"));
        var document = Problem.Document(400, code, "The body does not fit.", detail);
        document.Extensions["errors"] = errors;
        return document;
    }
}
