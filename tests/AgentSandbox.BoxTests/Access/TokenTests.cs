using System.Net;
using System.Security.Cryptography;
using System.Text;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Access;
using Microsoft.IdentityModel.Tokens;

namespace AgentSandbox.BoxTests.Access;

/// <summary>Tokens of a real issuer over HTTP, and the ways to forge them.</summary>
public sealed class TokenTests(AccessServer server) : IClassFixture<AccessServer>
{
    [Theory]
    [InlineData(null, "user")]
    [InlineData("admin", "admin")]
    [InlineData("read-only", "readOnly")]
    public async Task Token_OfTheIssuer_IsTakenWithItsRole(string? role, string expected)
    {
        using var carol = server.As(server.Issuer.Sign(roles: role));

        var me = await carol.GetAsync("/api/v1/me");

        Assert.Equal("carol", me.GetProperty("owner").GetString());
        Assert.Equal("token", me.GetProperty("kind").GetString());
        Assert.Equal(expected, me.GetProperty("role").GetString());
        Assert.InRange(me.GetProperty("expiresAt").GetDateTimeOffset(), TimeProvider.System.GetUtcNow().AddMinutes(4), TimeProvider.System.GetUtcNow().AddMinutes(6));
    }

    [Fact]
    public async Task Token_WithSeveralRoles_CountsTheHighest()
    {
        using var carol = server.As(server.Issuer.Sign(roles: new[] { "read-only", "admin", "something else" }));

        Assert.Equal("admin", (await carol.GetAsync("/api/v1/me")).GetProperty("role").GetString());
    }

    [Fact]
    public async Task Token_AndKeyOfOneOwner_ShareSessions()
    {
        using var byToken = server.As(server.Issuer.Sign("carol"));
        using var byKey = await server.AsAsync("carol");
        using var other = server.As(server.Issuer.Sign("mallory"));
        await using var session = await byToken.CreateAsync();

        await byKey.GetAsync(session.Path);
        await other.GetAsync(session.Path, HttpStatusCode.NotFound);
    }

    public static TheoryData<string> Forgeries =>
        ["not signed", "signed with the public key as a secret", "signed by a stranger", "changed", "of another issuer", "for another service", "expired", "without subject", "of nobody", "with roles of other services only", "not a token"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task Token_ThatIs_IsRefused(string how)
    {
        using var mallory = server.As(Forge(how));

        await mallory.GetAsync("/api/v1/me", HttpStatusCode.Unauthorized);
    }

    private string Forge(string how)
    {
        var issuer = server.Issuer;
        var good = issuer.Sign(roles: "user").Split('.');
        return how switch
        {
            "not signed" => $"{Encode("""{"alg":"none","typ":"JWT"}""")}.{good[1]}.",
            "signed with the public key as a secret" => SignWithPublicKey(good[1]),
            "signed by a stranger" => issuer.Sign(by: new SigningCredentials(TokenIssuer.NewKey("the issuer's"), SecurityAlgorithms.RsaSha256)),
            "changed" => $"{good[0]}.{Encode(Decode(good[1]).Replace("\"user\"", "\"admin\"", StringComparison.Ordinal))}.{good[2]}",
            "of another issuer" => issuer.Sign(issuer: "https://issuer.example"),
            "for another service" => issuer.Sign(audience: "another"),
            "expired" => issuer.Sign(lifetime: TimeSpan.FromMinutes(-2)),
            "without subject" => issuer.Sign(subject: null),
            "of nobody" => issuer.Sign(subject: Caller.AnonymousOwner),
            "with roles of other services only" => issuer.Sign(roles: new[] { "wiki-editor" }),
            _ => "ey.ey.ey",
        };
    }

    private string SignWithPublicKey(string payload)
    {
        var head = $"{Encode("""{"alg":"HS256","typ":"JWT","kid":"the issuer's"}""")}.{payload}";
        var secret = Encoding.ASCII.GetBytes(server.Issuer.Key.Rsa.ExportSubjectPublicKeyInfoPem());
        return $"{head}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(head)))}";
    }

    private static string Encode(string json) => Base64UrlEncoder.Encode(json);

    private static string Decode(string part) => Base64UrlEncoder.Decode(part);
}
