namespace AgentSandbox.Server.Access;

/// <summary>The ways to prove who one is.</summary>
internal static class AccessSchemes
{
    /// <summary>Picks one of the others by what the request carries.</summary>
    public const string Any = "Any";

    public const string Key = "Key";
    public const string Token = "Token";
    public const string Cookie = "Cookie";

    /// <summary>Proves nothing, and is enough where nobody has made a key.</summary>
    public const string Anonymous = "Anonymous";

    private const string KeyHeader = "X-API-Key";
    private const string BearerPrefix = "Bearer ";

    /// <summary>
    /// A key or token that a request carries is judged, also where none is needed. A cookie is not: browsers send it without being
    /// asked, and one that is left from another server must lock nobody out.
    /// </summary>
    public static string Choose(HttpContext context, bool takesTokens)
    {
        var request = context.Request;
        if (request.Headers.ContainsKey(KeyHeader)) return Key;
        if (request.Headers.Authorization.Count > 0) return takesTokens && !CredentialOf(request).StartsWith(ApiKeyText.Prefix, StringComparison.Ordinal) ? Token : Key;
        if (context.RequestServices.GetRequiredService<AccessMode>().AllowsAnonymous) return Anonymous;
        return request.Cookies.ContainsKey(LoginCookie.Name) ? Cookie : Anonymous;
    }

    /// <summary>The key or token that a request carries in a header; empty when there is none.</summary>
    public static string CredentialOf(HttpRequest request)
    {
        if (request.Headers[KeyHeader] is [{ } key]) return key;
        return request.Headers.Authorization is [{ } value] && value.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase)
            ? value[BearerPrefix.Length..].Trim()
            : "";
    }
}
