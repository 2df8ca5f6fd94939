using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace AgentSandbox.Server.Access;

/// <summary>
/// Lets in who carries a token of the configured issuer. Its keys come from the issuer's discovery document. Only signatures
/// by a key pair count: with a shared secret, whoever can check a token could make one.
/// </summary>
internal static class OidcTokens
{
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly object Undecided = new(), Expired = new();

    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    public static void Configure(JwtBearerOptions options, OidcOptions issuer)
    {
        options.Authority = issuer.Issuer.OriginalString;
        options.Audience = issuer.Audience;
        options.RequireHttpsMetadata = !issuer.Issuer.IsLoopback;
        options.MapInboundClaims = false;
        options.TokenValidationParameters.ValidAlgorithms = Algorithms;
        options.TokenValidationParameters.ClockSkew = ClockSkew;
        options.TokenValidationParameters.RequireExpirationTime = true;
        options.Events = new JwtBearerEvents { OnTokenValidated = context => Accept(context, issuer), OnAuthenticationFailed = ExplainAsync };
    }

    /// <summary>The issuer could not be asked, so nobody knows whether the token is good.</summary>
    public static bool IsUndecided(HttpContext context) => context.Items.ContainsKey(Undecided);

    /// <summary>It was refused, but is no attempt to guess: undecided, or good once and expired.</summary>
    public static bool IsHonest(HttpContext context) => IsUndecided(context) || context.Items.ContainsKey(Expired);

    private static async Task ExplainAsync(AuthenticationFailedContext context)
    {
        // Looked at only after the signature.
        if (context.Exception is SecurityTokenExpiredException) context.HttpContext.Items[Expired] = true;
        if (context.Exception is not SecurityTokenSignatureKeyNotFoundException) return;

        try
        {
            await context.Options.ConfigurationManager!.GetConfigurationAsync(context.HttpContext.RequestAborted);
        }
        catch (InvalidOperationException)
        {
            context.HttpContext.Items[Undecided] = true;
        }
    }

    private static Task Accept(TokenValidatedContext context, OidcOptions issuer)
    {
        var claims = context.Principal!;
        if (claims.FindFirstValue(issuer.OwnerClaim) is not { } owner || !OwnerName.IsValid(owner))
            context.Fail($"The token's {issuer.OwnerClaim} cannot be an owner: {OwnerName.Form}.");
        else if (RoleOf(claims, issuer) is not { } role)
            context.Fail($"The token's {issuer.RoleClaim} names no role.");
        else
            context.Principal = CallerIdentity.PrincipalOf(new Caller(owner, role, CallerKind.Token, Scopes.All, ExpiresAt: new DateTimeOffset(context.SecurityToken.ValidTo)));
        return Task.CompletedTask;
    }

    /// <summary>The highest that is named; user when the issuer says nothing of roles.</summary>
    private static Role? RoleOf(ClaimsPrincipal claims, OidcOptions issuer)
    {
        var named = claims.FindAll(issuer.RoleClaim).ToList();
        if (named.Count == 0) return Role.User;
        return named.Select(claim => RoleNames.TryParse(claim.Value, out var role) ? role : (Role?)null).Max();
    }
}
