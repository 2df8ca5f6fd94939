using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace AgentSandbox.Server.Access;

/// <summary>Lets in who carries a valid key, as <c>Authorization: Bearer ask_…</c> or <c>X-API-Key: ask_…</c>.</summary>
internal sealed class KeyAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, KeyStore keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        ApiKeyText.TryParse(AccessSchemes.CredentialOf(Request), out var text) && keys.Find(text) is { } key
            ? AuthenticateResult.Success(new AuthenticationTicket(CallerIdentity.PrincipalOf(key.ToCaller()), Scheme.Name))
            : AuthenticateResult.Fail("The key is not known, was revoked, or has expired."));
}
