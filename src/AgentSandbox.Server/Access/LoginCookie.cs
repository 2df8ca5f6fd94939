using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace AgentSandbox.Server.Access;

/// <summary>
/// How the page stays logged in: a sealed cookie that its scripts cannot read and that no other site's request carries. It
/// holds the key's public part, which is looked up at every request, so it ends with the key.
/// </summary>
internal static class LoginCookie
{
    public const string Name = "agent-sandbox";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = Name;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.IsEssential = true;
        options.ExpireTimeSpan = Lifetime;
        options.SlidingExpiration = true;
        options.Events.OnValidatePrincipal = Validate;
    }

    public static Task SignInAsync(HttpContext context, ApiKey key) =>
        context.SignInAsync(AccessSchemes.Cookie, CallerIdentity.PrincipalOf(key.ToCaller()));

    private static Task Validate(CookieValidatePrincipalContext context)
    {
        var keys = context.HttpContext.RequestServices.GetRequiredService<KeyStore>();
        if (context.Principal?.FindFirstValue(CallerIdentity.KeyIdClaim) is { } id && keys.FindById(id) is { } key)
            context.ReplacePrincipal(CallerIdentity.PrincipalOf(key.ToCaller()));
        else
            context.RejectPrincipal();
        return Task.CompletedTask;
    }
}
