using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace AgentSandbox.Server.Access;

/// <summary>Lets everybody in while that is allowed (see <see cref="AccessMode"/>), but nobody whom a proxy brings from elsewhere.</summary>
internal sealed class AnonymousHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessMode mode)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        mode.AllowsAnonymous && !Request.IsForwarded()
            ? AuthenticateResult.Success(new AuthenticationTicket(CallerIdentity.PrincipalOf(Caller.Anonymous), Scheme.Name))
            : AuthenticateResult.NoResult());
}
