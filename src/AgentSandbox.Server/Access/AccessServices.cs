using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;

namespace AgentSandbox.Server.Access;

internal static class AccessServices
{
    public static void AddAccess(this IServiceCollection services, AccessOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(provider => new KeyFile(options.Directory, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<KeyStore>();
        services.AddSingleton<AccessMode>();
        services.AddSingleton<IAuthorizationHandler, AccessRequirementHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessDenials>();

        PrivateFile.PrepareDirectory(options.Directory);
        services.AddDataProtection().SetApplicationName("agent-sandbox")
            .PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(options.Directory, "cookies")));
        AddSchemes(services.AddAuthentication(AccessSchemes.Any), options.Oidc);
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddSameOrigin(options);
    }

    private static void AddSchemes(AuthenticationBuilder schemes, OidcOptions? oidc)
    {
        schemes.AddPolicyScheme(AccessSchemes.Any, null, choice =>
            choice.ForwardDefaultSelector = context => AccessSchemes.Choose(context, takesTokens: oidc is not null));
        schemes.AddScheme<AuthenticationSchemeOptions, KeyAuthenticationHandler>(AccessSchemes.Key, null);
        schemes.AddScheme<AuthenticationSchemeOptions, AnonymousHandler>(AccessSchemes.Anonymous, null);
        schemes.AddCookie(AccessSchemes.Cookie, LoginCookie.Configure);
        if (oidc is not null) schemes.AddJwtBearer(AccessSchemes.Token, token => OidcTokens.Configure(token, oidc));
    }
}
