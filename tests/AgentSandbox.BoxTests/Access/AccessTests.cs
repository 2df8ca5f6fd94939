using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Access;

namespace AgentSandbox.BoxTests.Access;

/// <summary>Keys: who gets in, who sees what, who may do what.</summary>
public sealed class AccessTests(AccessServer server) : IClassFixture<AccessServer>
{
    [Theory]
    [InlineData(null)]
    [InlineData("Bearer ")]
    [InlineData("Bearer ask_aaaaaaaaaaaa_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("Bearer ask_")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearer ask_a_b, Bearer ask_c_d")]
    public async Task Request_WithoutAValidKey_Is401AndTellsHowToGetOne(string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/sessions");
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await server.Api.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("unauthenticated", problem.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Key_InEitherHeader_IsTaken()
    {
        var key = await server.KeyAsync("alice");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/me") { Headers = { { "X-API-Key", key } } };
        using var response = await server.Api.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var alice = server.As(key);
        var me = await alice.GetAsync("/api/v1/me");
        Assert.Equal("alice", me.GetProperty("owner").GetString());
        Assert.Equal("user", me.GetProperty("role").GetString());
        Assert.Equal("key", me.GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Key_RevokedExpiredOrChanged_IsRefusedFromTheNextRequestOn()
    {
        using var admin = await server.AsAsync("root", Role.Admin);
        var key = await server.KeyAsync("alice");
        using var alice = server.As(key);
        await alice.GetAsync("/api/v1/me");

        await admin.SendAsync(HttpMethod.Delete, $"/api/v1/keys/{key[4..16]}", null, HttpStatusCode.NoContent);

        await alice.GetAsync("/api/v1/me", HttpStatusCode.Unauthorized);
        using var late = server.As(await server.KeyAsync("alice", lifetime: TimeSpan.FromTicks(1)));
        await late.GetAsync("/api/v1/me", HttpStatusCode.Unauthorized);
        var other = await server.KeyAsync("alice");
        using var changed = server.As(other[..^1] + (other[^1] == 'a' ? 'b' : 'a'));
        await changed.GetAsync("/api/v1/me", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Admin_MakesListsAndRevokesKeys_OthersMayNot()
    {
        using var admin = await server.AsAsync("root", Role.Admin);
        var made = await admin.SendAsync(
            HttpMethod.Post, "/api/v1/keys", new { name = "ci", owner = "dave", role = "user", scopes = new[] { "agents" }, lifetimeMs = 3_600_000 }, HttpStatusCode.Created);
        using var dave = server.As(made.GetProperty("secret").GetString()!);

        Assert.Equal(["agents"], (await dave.GetAsync("/api/v1/me")).GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()));
        await dave.GetAsync("/api/v1/keys", HttpStatusCode.Forbidden);
        await dave.SendAsync(HttpMethod.Post, "/api/v1/keys", new { name = "x", owner = "root", role = "admin" }, HttpStatusCode.Forbidden);
        var listed = await admin.GetAsync("/api/v1/keys");
        Assert.Contains("dave", listed.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(made.GetProperty("secret").GetString()![17..], listed.ToString(), StringComparison.Ordinal);
        await admin.SendAsync(HttpMethod.Delete, "/api/v1/keys/nobody", null, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task CreateKey_WithSeveralFaults_NamesThemAll()
    {
        using var admin = await server.AsAsync("root", Role.Admin);
        var problem = await admin.SendAsync(
            HttpMethod.Post,
            "/api/v1/keys",
            new { name = "", owner = "Anonymous", scopes = new[] { "files", "everything" }, lifetimeMs = 1 },
            HttpStatusCode.UnprocessableEntity);

        Assert.Equal(["lifetimeMs", "name", "owner", "scopes[1]"], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Fact]
    public async Task Session_BelongsToWhoMadeIt_AdminsSeeAll()
    {
        using var alice = await server.AsAsync("alice");
        using var bob = await server.AsAsync("bob");
        using var admin = await server.AsAsync("root", Role.Admin);
        await using var session = await alice.CreateAsync();

        Assert.Equal("alice", session.Created.GetProperty("owner").GetString());
        Assert.DoesNotContain(session.Id, (await bob.GetAsync("/api/v1/sessions")).ToString(), StringComparison.Ordinal);
        Assert.Contains(session.Id, (await admin.GetAsync("/api/v1/sessions")).ToString(), StringComparison.Ordinal);
        using var second = await server.AsAsync("alice");
        await second.GetAsync(session.Path);
        await bob.SendAsync(HttpMethod.Delete, session.Path, null, HttpStatusCode.NotFound);
        await alice.GetAsync(session.Path);
    }

    [Fact]
    public async Task Login_WithAKey_GivesACookieThatEndsWithTheKey()
    {
        var key = await server.KeyAsync("alice");
        using var browser = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = server.Address };

        using (var wrong = await browser.PostAsJsonAsync("/api/v1/login", new { key = key[..^2] })) Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        using (var login = await browser.PostAsJsonAsync("/api/v1/login", new { key }))
        {
            Assert.Equal(HttpStatusCode.NoContent, login.StatusCode);
            var cookie = Assert.Single(login.Headers.GetValues("Set-Cookie"));
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(key[17..], cookie, StringComparison.Ordinal);
        }

        Assert.Contains("alice", await browser.GetStringAsync("/api/v1/me"), StringComparison.Ordinal);
        await server.Keys.RevokeAsync(key[4..16], CancellationToken.None);
        using var after = await browser.GetAsync("/api/v1/me");
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Fact]
    public async Task Logout_TakesTheCookieBack()
    {
        using var browser = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = server.Address };
        using var login = await browser.PostAsJsonAsync("/api/v1/login", new { key = await server.KeyAsync("alice") });
        using var logout = await browser.PostAsync("/api/v1/logout", null);
        using var after = await browser.GetAsync("/api/v1/me");

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.Unauthorized), (logout.StatusCode, after.StatusCode));
    }

    [Fact]
    public async Task OtherSites_MayNotChangeAnything_ButThoseThatTheOperatorNamed()
    {
        var key = await server.KeyAsync("alice");

        Assert.Equal(HttpStatusCode.Forbidden, (await LoginFromAsync("https://evil.example")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await LoginFromAsync("null")).StatusCode);
        using var named = await LoginFromAsync("https://app.example");
        Assert.Equal(HttpStatusCode.NoContent, named.StatusCode);
        Assert.Equal("https://app.example", Assert.Single(named.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.False(named.Headers.Contains("Access-Control-Allow-Credentials"));

        async Task<HttpResponseMessage> LoginFromAsync(string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/login") { Content = JsonContent.Create(new { key }), Headers = { { "Origin", origin } } };
            using var browser = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = server.Address };
            return await browser.SendAsync(request);
        }
    }
}
