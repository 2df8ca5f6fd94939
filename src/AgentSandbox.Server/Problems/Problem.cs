using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace AgentSandbox.Server.Problems;

/// <summary>Builds the error answers of the API: RFC 9457 problem documents with a stable <c>code</c>.</summary>
internal static class Problem
{
    public static ProblemHttpResult Create(int status, string code, string title, string detail) =>
        TypedResults.Problem(Document(status, code, title, detail));

    /// <summary>422: the request was understood, but some of its values are not allowed.</summary>
    public static ProblemHttpResult Invalid(ValidationErrors errors)
    {
        var document = Document(
            StatusCodes.Status422UnprocessableEntity,
            "validation_failed",
            "The request is not valid.",
            string.Join(' ', errors.Fields.SelectMany(field => field.Value.Select(message => $"{field.Key} {message}"))));
        document.Extensions["errors"] = errors.Fields;
        return TypedResults.Problem(document);
    }

    public static ProblemHttpResult Unavailable(string code, string title, string detail, int retryAfterSeconds) =>
        TypedResults.Problem(Document(StatusCodes.Status503ServiceUnavailable, code, title, detail).WithRetryAfter(retryAfterSeconds));

    /// <summary>429: the caller has enough of this already.</summary>
    public static ProblemHttpResult TooMany(string code, string title, string detail, int retryAfterSeconds) =>
        TypedResults.Problem(Document(StatusCodes.Status429TooManyRequests, code, title, detail).WithRetryAfter(retryAfterSeconds));

    public static ProblemDetails WithRetryAfter(this ProblemDetails document, int seconds)
    {
        document.Extensions[RetryAfterKey] = seconds;
        return document;
    }

    public static ProblemDetails Document(int status, string code, string title, string detail) => new()
    {
        Status = status,
        Title = title,
        Detail = detail,
        Extensions = { ["code"] = code },
    };

    /// <summary>For exception handlers: sets the status and writes the document.</summary>
    public static ValueTask<bool> WriteAsync(this IProblemDetailsService problems, HttpContext context, ProblemDetails document)
    {
        context.Response.StatusCode = document.Status ?? StatusCodes.Status500InternalServerError;
        return problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = document });
    }

    /// <summary>What every problem gets on its way out: the request's id, and <c>Retry-After</c> as a header.</summary>
    public static void Complete(ProblemDetailsContext context)
    {
        var extensions = context.ProblemDetails.Extensions;
        extensions["requestId"] = context.HttpContext.TraceIdentifier;
        if (!extensions.ContainsKey("code")) extensions["code"] = DefaultCode(context.ProblemDetails.Status);
        context.ProblemDetails.Detail ??= DefaultDetail(context.HttpContext, context.ProblemDetails.Status);
        if (extensions.TryGetValue(RetryAfterKey, out var seconds) && seconds is int value)
        {
            context.HttpContext.Response.Headers.RetryAfter = value.ToString(CultureInfo.InvariantCulture);
        }
    }

    private const string RetryAfterKey = "retryAfterSeconds";

    /// <summary>For answers that the framework gives before any code of ours is asked.</summary>
    private static string? DefaultDetail(HttpContext context, int? status) => status switch
    {
        StatusCodes.Status404NotFound => "There is nothing at this path. GET /openapi/v1.json lists what there is.",
        StatusCodes.Status413PayloadTooLarge =>
            $"The body may have at most {context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize} bytes.",
        StatusCodes.Status415UnsupportedMediaType => "Send the body as application/json.",
        _ => null,
    };

    private static string DefaultCode(int? status) => status switch
    {
        StatusCodes.Status404NotFound => "not_found",
        StatusCodes.Status405MethodNotAllowed => "method_not_allowed",
        StatusCodes.Status413PayloadTooLarge => "body_too_large",
        StatusCodes.Status415UnsupportedMediaType => "unsupported_media_type",
        StatusCodes.Status429TooManyRequests => "rate_limited",
        >= 500 => "internal_error",
        _ => "bad_request",
    };
}
