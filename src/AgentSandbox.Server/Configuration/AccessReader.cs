using System.Net;
using AgentSandbox.Server.Access;

namespace AgentSandbox.Server.Configuration;

/// <summary>Reads who may reach the server, and how they prove who they are.</summary>
internal static class AccessReader
{
    public static AccessOptions Read(EnvironmentReader reader, string dataDirectory) => new()
    {
        Address = ReadAddress(reader),
        AllowedHosts = reader.List("ALLOWED_HOSTS"),
        CorsOrigins = ReadOrigins(reader),
        TrustedProxies = ReadProxies(reader),
        Oidc = ReadOidc(reader),
        Directory = Path.Combine(dataDirectory, "access"),
    };

    private static IPAddress ReadAddress(EnvironmentReader reader)
    {
        const string Name = "HOST";
        return reader.Text(Name) switch
        {
            null or "localhost" => IPAddress.Loopback,
            "*" => IPAddress.IPv6Any,
            var text when IPAddress.TryParse(text, out var address) => address,
            var text => reader.Reject(Name, text, "an address of this machine, such as 0.0.0.0 for all or 127.0.0.1", IPAddress.Loopback),
        };
    }

    private static List<string> ReadOrigins(EnvironmentReader reader)
    {
        const string Name = "CORS_ORIGINS";
        var origins = new List<string>();
        foreach (var text in reader.List(Name))
        {
            var isOrigin = Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == text;
            if (isOrigin) origins.Add(text);
            else reader.Reject(Name, text, "sites such as https://example.org, without a path and never *, with commas between", origins);
        }

        return origins;
    }

    private static List<IPNetwork> ReadProxies(EnvironmentReader reader)
    {
        const string Name = "TRUSTED_PROXIES";
        var networks = new List<IPNetwork>();
        foreach (var text in reader.List(Name))
        {
            if (IPAddress.TryParse(text, out var address)) networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else if (IPNetwork.TryParse(text, out var network)) networks.Add(network);
            else reader.Reject(Name, text, "addresses or networks such as 127.0.0.1 or 10.0.0.0/8, with commas between", networks);
        }

        return networks;
    }

    private static OidcOptions? ReadOidc(EnvironmentReader reader)
    {
        var (issuer, audience) = (reader.Text("OIDC_ISSUER"), reader.Text("OIDC_AUDIENCE"));
        if (issuer is null) return audience is null ? null : reader.Reject<OidcOptions?>("OIDC_AUDIENCE", audience, "left out unless OIDC_ISSUER is set", null);
        if (audience is null) return reader.Reject<OidcOptions?>("OIDC_AUDIENCE", "", "what tokens of OIDC_ISSUER are meant for: without it, those for other services would be accepted", null);

        // Whoever can change what comes from the issuer's address can be anybody, so it must not come in the clear.
        var isUsable = Uri.TryCreate(issuer, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback));
        return isUsable
            ? new OidcOptions(uri!, audience, reader.Text("OIDC_OWNER_CLAIM", "sub"), reader.Text("OIDC_ROLE_CLAIM", "roles"))
            : reader.Reject<OidcOptions?>("OIDC_ISSUER", issuer, "an https address", null);
    }
}
