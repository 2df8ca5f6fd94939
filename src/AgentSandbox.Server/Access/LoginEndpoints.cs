using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentSandbox.Server.Access;

/// <summary>For the page: who one is, and a cookie for a key.</summary>
internal static class LoginEndpoints
{
    public static void MapLogin(this IEndpointRouteBuilder routes)
    {
        var access = routes.MapGroup("/api/v1").WithTags("Access").ProducesProblem(429);
        access.MapGet("/me", Me).WithName("getMe").WithSummary("Who the caller is, and what it may do.").ProducesProblem(401);
        access.MapPost("/login", LoginAsync).WithName("login").WithSummary("Exchange a key for a cookie that scripts cannot read.").ForEverybody().ProducesProblem(401);
        access.MapPost("/logout", LogoutAsync).WithName("logout").WithSummary("Take the cookie back.").ForEverybody();
    }

    private static Ok<MeResponse> Me(HttpContext context)
    {
        var caller = context.GetCaller();
        return TypedResults.Ok(new MeResponse(
            caller.Owner, caller.Role, caller.Kind, ScopeNames.Of(caller.Scopes), caller.KeyId, caller.ExpiresAt));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> LoginAsync(
        LoginRequest body, KeyStore keys, SecurityLog security, AuditRecord audit, HttpContext context)
    {
        if (!ApiKeyText.TryParse(body.Key.Trim(), out var text) || keys.Find(text) is not { } key)
        {
            security.Note(SecurityEvent.AuthenticationFailed, "login", context);
            return Problem.Create(401, "unauthenticated", "The key is not valid.", "It may be mistyped, was revoked, or has expired.");
        }

        await LoginCookie.SignInAsync(context, key);
        audit.Entry = audit.Entry with { Who = AuditActor.Of(CallerIdentity.PrincipalOf(key.ToCaller())) };
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> LogoutAsync(HttpResponse response)
    {
        await response.HttpContext.SignOutAsync(AccessSchemes.Cookie);
        return TypedResults.NoContent();
    }
}
