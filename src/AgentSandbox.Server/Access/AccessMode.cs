namespace AgentSandbox.Server.Access;

/// <summary>
/// Whether everybody may use the server: only programs of its own machine can reach it, directly, and nobody has ever made a
/// key or named an issuer of tokens.
/// </summary>
internal sealed class AccessMode(AccessOptions options, KeyStore keys)
{
    private volatile bool _isClosed = options.IsOpenToOthers || options.Oidc is not null;

    /// <summary>Once it does not, it does not until the next start, whatever becomes of the keys.</summary>
    public bool AllowsAnonymous
    {
        get
        {
            if (!_isClosed && keys.Any) _isClosed = true;
            return !_isClosed;
        }
    }

    /// <summary>To be called before the server listens.</summary>
    /// <exception cref="AccessException">Others could reach the server, and nobody would have to prove anything.</exception>
    public void EnsureClosedToStrangers()
    {
        if (!options.IsOpenToOthers || options.Oidc is not null || keys.Any) return;

        throw new AccessException(
            $"""
            HOST or TRUSTED_PROXIES opens the server to other machines, but there is no key and no issuer of tokens: anybody could use it.
            Make a key first (./run key create --role admin), or set OIDC_ISSUER and OIDC_AUDIENCE, or leave both out to serve this machine alone.
            """);
    }
}
