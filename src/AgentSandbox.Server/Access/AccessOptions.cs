using System.Net;

namespace AgentSandbox.Server.Access;

/// <summary>Where the server listens, and who is let in.</summary>
internal sealed class AccessOptions
{
    /// <summary>Where the server listens. Default: loopback.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Host names that requests may be for; empty for any. While nobody logs in, local ones only, whatever is set.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Other sites whose pages may call the API, as <c>https://host[:port]</c>. Default: none.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>Who issues tokens; null when only keys are known.</summary>
    public OidcOptions? Oidc { get; init; }

    /// <summary>Proxies whose word counts for where a request comes from (<c>X-Forwarded-For</c>). Default: none.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Holds the keys' hashes and what cookies are sealed with.</summary>
    public required string Directory { get; init; }

    /// <summary>Others than programs of this machine can reach the server: by its address, or through a proxy.</summary>
    public bool IsOpenToOthers => !IPAddress.IsLoopback(Address) || TrustedProxies.Count > 0;
}

/// <summary>An issuer of tokens, after OpenID Connect Discovery.</summary>
/// <param name="Issuer">Its address, as tokens name it; <c>https</c>, or <c>http</c> on loopback.</param>
/// <param name="Audience">What tokens must be meant for.</param>
/// <param name="OwnerClaim">Whose sessions these are.</param>
/// <param name="RoleClaim">Holds <c>admin</c>, <c>user</c> or <c>read-only</c>; a text or a list.</param>
internal sealed record OidcOptions(Uri Issuer, string Audience, string OwnerClaim, string RoleClaim);
