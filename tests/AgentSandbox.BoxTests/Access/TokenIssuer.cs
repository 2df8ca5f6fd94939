using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AgentSandbox.BoxTests.Access;

/// <summary>An issuer of tokens as a real one answers: a discovery document, and the keys that it names.</summary>
internal sealed class TokenIssuer : IAsyncDisposable
{
    public const string Audience = "agent-sandbox";

    private readonly WebApplication _app;

    private TokenIssuer(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public RsaSecurityKey Key { get; } = NewKey("the issuer's");

    public SigningCredentials Signature => new(Key, SecurityAlgorithms.RsaSha256);

    public static RsaSecurityKey NewKey(string id) => new(RSA.Create(2048)) { KeyId = id };

    public static TokenIssuer Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var issuer = new TokenIssuer(app);
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = issuer.Address, jwks_uri = $"{issuer.Address}/keys" }));
        app.MapGet("/keys", () => Results.Json(new { keys = new[] { issuer.PublicKey() } }));
        app.Start();
        return issuer;
    }

    /// <summary>A token that is valid but for what is given.</summary>
    public string Sign(
        string? subject = "carol", object? roles = null, string? audience = Audience, string? issuer = null, TimeSpan? lifetime = null, SigningCredentials? by = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>(StringComparer.Ordinal);
        if (subject is not null) claims["sub"] = subject;
        if (roles is not null) claims["roles"] = roles;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Address,
            Audience = audience,
            Claims = claims,
            NotBefore = now.AddDays(-1),
            Expires = now + (lifetime ?? TimeSpan.FromMinutes(5)),
            SigningCredentials = by ?? Signature,
        });
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private object PublicKey()
    {
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(Key.Rsa.ExportParameters(false)) { KeyId = Key.KeyId });
        return new { kty = key.Kty, kid = key.Kid, n = key.N, e = key.E, use = "sig", alg = "RS256" };
    }
}
