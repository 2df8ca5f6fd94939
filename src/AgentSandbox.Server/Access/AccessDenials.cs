using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Problems;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.Net.Http.Headers;

namespace AgentSandbox.Server.Access;

/// <summary>Answers who is not let in, and tells the security log.</summary>
internal sealed partial class AccessDenials(SecurityLog security, ILogger<AccessDenials> logger) : IAuthorizationMiddlewareResultHandler
{
    private const int RetryAfterSeconds = 10;

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult) =>
        authorizeResult switch
        {
            { Succeeded: true } => next(context),
            { Challenged: true } => ChallengeAsync(context),
            _ => ForbidAsync(context, policy),
        };

    private Task ChallengeAsync(HttpContext context)
    {
        if (OidcTokens.IsUndecided(context))
        {
            Log.IssuerSilent(logger);
            return Problem.Unavailable("issuer_unavailable", "The token cannot be checked now.", "Its issuer does not answer. Try again later, or use a key.", RetryAfterSeconds).ExecuteAsync(context);
        }

        // Who brings no proof at all may just be a page that asks whether it must log in.
        var hasProof = AccessSchemes.CredentialOf(context.Request).Length > 0;
        if (hasProof) security.Note(SecurityEvent.AuthenticationFailed, $"{context.Request.Method} {context.Request.Path}", context);

        context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return Problem.Create(
            401,
            "unauthenticated",
            hasProof ? "The key or token is not valid." : "A key or token is needed.",
            "Send Authorization: Bearer KEY. ./run key create makes a key; one may have been revoked, or have expired.").ExecuteAsync(context);
    }

    private Task ForbidAsync(HttpContext context, AuthorizationPolicy policy)
    {
        var needed = string.Join(", ", policy.Requirements.OfType<AccessRequirement>());
        security.Note(SecurityEvent.AccessDenied, $"{context.Request.Method} {context.Request.Path} needs {needed}", context);
        return Problem.Create(403, "forbidden", "This caller may not do that.", $"It takes {needed}.").ExecuteAsync(context);
    }

    private static partial class Log
    {
        [LoggerMessage(2006, LogLevel.Warning, "The issuer of tokens (OIDC_ISSUER) does not answer: tokens cannot be checked.")]
        public static partial void IssuerSilent(ILogger logger);
    }
}
