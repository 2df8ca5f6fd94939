using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace AgentSandbox.Server.Problems;

/// <summary>JSON between systems is UTF-8 (RFC 8259, section 8.1). The framework would convert other charsets, and fails at those that it does not know.</summary>
internal static class Charset
{
    public static void UseUtf8Only(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (!TakesJson(context) || !TryGetCharset(context.Request, out var type, out var charset)) return next(context);
        if (!charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            return Problem.Create(415, "unsupported_media_type", "The body's charset is not supported.", "Send UTF-8, and no charset or charset=utf-8.").ExecuteAsync(context);

        // The framework knows no quoted name, which is as good.
        context.Request.ContentType = type;
        return next(context);
    });

    /// <summary>A file that is uploaded may say of itself what it likes.</summary>
    private static bool TakesJson(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes.Contains("application/json") is true;

    private static bool TryGetCharset(HttpRequest request, out string type, out string charset)
    {
        (type, charset) = ("", "");
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) || parsed.Charset.Length == 0) return false;

        (type, charset) = (parsed.MediaType.ToString(), HeaderUtilities.RemoveQuotes(parsed.Charset).ToString());
        return true;
    }
}
