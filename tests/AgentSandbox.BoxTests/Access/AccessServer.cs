using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Access;
using Microsoft.Extensions.DependencyInjection;

namespace AgentSandbox.BoxTests.Access;

/// <summary>A server that several use: keys of two users, of one who only looks, of an admin, and an issuer of tokens.</summary>
public sealed class AccessServer : ServerFixture
{
    internal TokenIssuer Issuer { get; } = TokenIssuer.Start();

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["WARM_POOL_SIZE"] = "1",
        ["OIDC_ISSUER"] = Issuer.Address,
        ["OIDC_AUDIENCE"] = TokenIssuer.Audience,
        ["CORS_ORIGINS"] = "https://app.example",
    };

    internal KeyStore Keys => Services.GetRequiredService<KeyStore>();

    internal async Task<string> KeyAsync(string owner, Role role = Role.User, Scopes scopes = Scopes.All, TimeSpan? lifetime = null)
    {
        var (_, text) = await Keys.CreateAsync(new NewKey("test", owner, role, scopes, lifetime), CancellationToken.None);
        return text.ToString();
    }

    /// <summary>The API for one who carries this key or token.</summary>
    internal Api As(string credential)
    {
        var api = new Api(Address);
        api.Http.DefaultRequestHeaders.Authorization = new("Bearer", credential);
        return api;
    }

    internal async Task<Api> AsAsync(string owner, Role role = Role.User, Scopes scopes = Scopes.All) => As(await KeyAsync(owner, role, scopes));
}
