using System.Net;
using System.Net.Http.Json;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentSandbox.BoxTests.Access;

/// <summary>
/// Goes through all routes that there are, so that a new one cannot be forgotten: each says who may call it, and keeps to it.
/// </summary>
public sealed class RouteAccessTests(AccessServer server) : IClassFixture<AccessServer>
{
    /// <summary>They tell nothing of sessions.</summary>
    private static readonly HashSet<string> Public =
        ["GET /healthz", "HEAD /healthz", "GET /readyz", "HEAD /readyz", "POST /api/v1/login", "POST /api/v1/logout", "GET /openapi/v1.json"];

    /// <summary>For callers who have proven anything at all.</summary>
    private static readonly string[] WithoutRequirement = ["GET /api/v1/me"];

    /// <summary>Bodies that pass the checks that come before the session is looked for.</summary>
    private static readonly Dictionary<string, object> Bodies = new(StringComparer.Ordinal)
    {
        ["PATCH /api/v1/sessions/{id}"] = new { timeoutMs = 60_000 },
        ["POST /api/v1/sessions/{id}/commands"] = new { command = "true" },
        ["POST /api/v1/sessions/{id}/commands/{pid:int}/signal"] = new { signal = "SIGTERM" },
        ["POST /api/v1/sessions/{id}/commands/{pid:int}/stdin"] = new { data = "x" },
        ["POST /api/v1/sessions/{id}/files/move"] = new { from = "a", to = "b" },
        ["POST /api/v1/sessions/{id}/files/mkdir"] = new { path = "a" },
        ["POST /api/v1/sessions/{id}/agents/{name}/runs"] = new { input = "fine" },
    };

    [Fact]
    public void Routes_AllSayWhoMayCallThem()
    {
        var routes = Routes().ToList();

        Assert.True(routes.Count > 25);
        // The reference under /docs brings files of its own.
        Assert.Equal(Public.Order(), routes.Where(IsPublic).Select(NameOf).Where(name => !name.StartsWith("GET /docs", StringComparison.Ordinal)).Order());
        Assert.Equal(WithoutRequirement, routes.Where(route => !IsPublic(route) && RequirementOf(route) is null).Select(NameOf));
    }

    [Fact]
    public async Task Routes_WithoutAKey_Are401()
    {
        foreach (var route in Routes().Where(route => !IsPublic(route)))
            Assert.Equal((NameOf(route), HttpStatusCode.Unauthorized), (NameOf(route), await CallAsync(server.Api, route, "nosuchsession")));
    }

    [Fact]
    public async Task Routes_WithTooLittle_Are403()
    {
        using var reader = await server.AsAsync("alice", Role.ReadOnly);
        using var narrow = await server.AsAsync("alice", Role.Admin, Scopes.None);
        foreach (var route in Routes())
        {
            if (RequirementOf(route) is not { } requirement) continue;
            if (requirement.Least > Role.ReadOnly) Assert.Equal((NameOf(route), HttpStatusCode.Forbidden), (NameOf(route), await CallAsync(reader, route, "x")));
            if (requirement.Scope is not Scopes.None) Assert.Equal((NameOf(route), HttpStatusCode.Forbidden), (NameOf(route), await CallAsync(narrow, route, "x")));
        }
    }

    [Fact]
    public void Routes_ThatChangeSomething_AreNotForReaders()
    {
        foreach (var route in Routes().Where(route => !IsPublic(route) && MethodOf(route) != "GET"))
            Assert.True(RequirementOf(route)?.Least > Role.ReadOnly, NameOf(route));
    }

    [Fact]
    public async Task Routes_WithSomebodyElsesSession_Are404()
    {
        using var alice = await server.AsAsync("alice");
        using var bob = await server.AsAsync("bob");
        await using var session = await alice.CreateAsync();
        var routes = Routes().Where(route => route.RoutePattern.RawText!.Contains("{id}", StringComparison.Ordinal)).ToList();

        Assert.True(routes.Count > 15);
        foreach (var route in routes)
            Assert.Equal((NameOf(route), HttpStatusCode.NotFound), (NameOf(route), await CallAsync(bob, route, session.Id)));
        Assert.Equal("mine", await session.OutputAsync("echo mine"));
    }

    private IEnumerable<RouteEndpoint> Routes() => server.Services.GetRequiredService<EndpointDataSource>().Endpoints
        .OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not null);

    private static string MethodOf(RouteEndpoint route) => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0];

    private static string NameOf(RouteEndpoint route) => $"{MethodOf(route)} /{route.RoutePattern.RawText!.Trim('/')}";

    private static bool IsPublic(RouteEndpoint route) => route.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    private static AccessRequirement? RequirementOf(RouteEndpoint route) => route.Metadata.GetOrderedMetadata<AuthorizationPolicy>()
        .SelectMany(policy => policy.Requirements)
        .OfType<AccessRequirement>()
        .SingleOrDefault();

    private static async Task<HttpStatusCode> CallAsync(Api api, RouteEndpoint route, string session)
    {
        var path = route.RoutePattern.RawText!
            .Replace("{id}", session, StringComparison.Ordinal)
            .Replace("{pid:int}", "1", StringComparison.Ordinal)
            .Replace("{name}", "text-analysis", StringComparison.Ordinal)
            .Replace("{keyId}", "none", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(MethodOf(route)), $"{path}?path=a");
        if (MethodOf(route) is "POST" or "PATCH")
            request.Content = Bodies.TryGetValue(NameOf(route), out var body) ? JsonContent.Create(body, body.GetType()) : JsonContent.Create(new { });
        using var response = await api.Http.SendAsync(request);
        return response.StatusCode;
    }
}
