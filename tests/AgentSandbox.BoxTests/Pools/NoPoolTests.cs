using System.Net;
using System.Text.Json;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Pools;

/// <summary>A server without a pool; what needs no box at all is tested here too.</summary>
public sealed class NoPoolTests(NoPoolTests.Server server) : IClassFixture<NoPoolTests.Server>
{
    [Fact]
    public async Task Create_WithoutPool_BootsEachAndLeavesNothing()
    {
        await using (var session = await server.Api.CreateAsync()) Assert.Equal("alive", await session.OutputAsync("echo alive"));

        await Eventually.BecomesTrueAsync(() => server.InitPids().Count == 0);
    }

    [Fact]
    public async Task Docs_AndTheDocumentBehindThem_AreServed()
    {
        var document = await server.Api.GetAsync("/openapi/v1.json");
        var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();

        Assert.StartsWith("3.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Contains("/api/v1/sessions/{id}/commands", paths);
        Assert.Contains("/api/v1/sessions/{id}/files", paths);
        Assert.Contains("/api/v1/agents/{name}/runs", paths);
        using var page = await server.Api.Http.GetAsync("/docs");
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Answers_CarryTheSecurityHeaders()
    {
        using var response = await server.Api.Http.GetAsync("/healthz");
        using var body = new StringContent("{bad", System.Text.Encoding.UTF8, "application/json");
        using var failed = await server.Api.Http.PostAsync("/api/v1/sessions", body);

        Assert.Equal("nosniff", failed.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.NotEmpty(failed.Headers.GetValues("X-Request-Id").Single());
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("DENY", response.Headers.GetValues("X-Frame-Options").Single());
        Assert.NotEmpty(response.Headers.GetValues("X-Request-Id").Single());
        Assert.False(response.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("/", "require-trusted-types-for 'script'")]
    [InlineData("/index.html", "trusted-types 'none'")]
    [InlineData("/nothing/here", "require-trusted-types-for 'script'")]
    [InlineData("/docs", "form-action 'none'")]
    [InlineData("/api/v1/sessions", "sandbox")]
    [InlineData("/API/v1/sessions/x/files?path=/tmp/page.html", "sandbox")]
    [InlineData("/openapi/v1.json", "sandbox")]
    public async Task Answers_CarryAPolicyThatAllowsNoMoreThanTheyNeed(string path, string directive)
    {
        using var response = await server.Api.Http.GetAsync(path);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single().Split("; ");

        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.Contains("base-uri 'none'", policy);
        Assert.Contains(directive, policy);
        Assert.DoesNotContain(policy, part => part.Contains("unsafe-eval", StringComparison.Ordinal) || part.Contains('*', StringComparison.Ordinal));
        Assert.Equal(path == "/docs", policy.Any(part => part.Contains("unsafe-inline", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ForeignSites_AreKeptOut()
    {
        using var foreignOrigin = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions");
        foreignOrigin.Headers.Add("Origin", "https://elsewhere.example");
        using var refused = await server.Api.Http.SendAsync(foreignOrigin);
        using var reboundName = new HttpRequestMessage(HttpMethod.Get, "/api/v1/sessions");
        reboundName.Headers.Host = "elsewhere.example";
        using var unknownHost = await server.Api.Http.SendAsync(reboundName);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("cross_origin", JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, unknownHost.StatusCode);
    }

    /// <summary>Ports do not separate cookies: another server on this machine may have set one.</summary>
    [Fact]
    public async Task Cookie_OfAnotherServer_LocksNobodyOut()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/me") { Headers = { { "Cookie", "agent-sandbox=stale" } } };
        using var response = await server.Api.Http.SendAsync(request);

        Assert.Contains("anonymous", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownPath_IsAProblemDocument()
    {
        var problem = await server.Api.GetAsync("/api/v1/nothing", HttpStatusCode.NotFound);

        Assert.Equal("not_found", problem.GetProperty("code").GetString());
    }

    public sealed class Server : ServerFixture
    {
        protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?> { ["WARM_POOL_SIZE"] = "0" };
    }
}
