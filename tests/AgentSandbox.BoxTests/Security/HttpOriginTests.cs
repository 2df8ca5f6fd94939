using System.Net;
using System.Text.Json;

namespace AgentSandbox.BoxTests.Security;

/// <summary>Requests that lie about where they come from or go to.</summary>
[Collection(HttpServerCollection.Name)]
public sealed class HttpOriginTests(HttpServer server)
{
    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("evil.example:80")]
    [InlineData("127.0.0.1@evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("2130706433")]
    [InlineData("0.0.0.0")]
    [InlineData("[::]")]
    [InlineData("169.254.169.254")]
    [InlineData("")]
    public async Task Host_ThatIsNotOurs_IsRefused(string host)
    {
        var answer = await RawHttp.ExchangeAsync(server.Address, $"GET /api/v1/sessions HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")]
    [InlineData("GET http://evil.example/healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")]
    public async Task Host_MissingTwiceOrContradicted_IsRefused(string request) =>
        Assert.StartsWith("HTTP/1.1 400 ", await RawHttp.ExchangeAsync(server.Address, request), StringComparison.Ordinal);

    [Theory]
    [InlineData("POST", "http://evil.example")]
    [InlineData("POST", "null")]
    [InlineData("POST", "http://127.0.0.1")]
    [InlineData("POST", "http://127.0.0.1.evil.example")]
    [InlineData("DELETE", "https://evil.example")]
    [InlineData("PUT", "not an origin")]
    [InlineData("PATCH", "file://")]
    public async Task Change_FromAnotherSite_IsRefused(string method, string origin)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1/sessions");
        request.Headers.TryAddWithoutValidation("Origin", origin);

        using var answer = await server.Api.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        AssertNotShared(answer);
    }

    /// <summary>Who may not read an answer may still ask; who asks first is not told that he may.</summary>
    [Theory]
    [InlineData("GET")]
    [InlineData("OPTIONS")]
    public async Task OtherSites_GetNoLeave(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1/sessions");
        request.Headers.Add("Origin", "http://evil.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "content-type");

        using var answer = await server.Api.Http.SendAsync(request);

        AssertNotShared(answer);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.7", HttpStatusCode.Unauthorized)]
    [InlineData("X-Forwarded-For", "127.0.0.1, 203.0.113.7", HttpStatusCode.Unauthorized)]
    [InlineData("Forwarded", "for=203.0.113.7;host=evil.example;proto=https", HttpStatusCode.Unauthorized)]
    [InlineData("X-Real-IP", "203.0.113.7", HttpStatusCode.Unauthorized)]
    [InlineData("Via", "1.1 proxy", HttpStatusCode.Unauthorized)]
    [InlineData("X-Forwarded-Host", "evil.example", HttpStatusCode.Unauthorized)]
    [InlineData("X-Forwarded-Proto", "https", HttpStatusCode.Unauthorized)]
    [InlineData("X-Original-URL", "/api/v1/agents", HttpStatusCode.OK)]
    [InlineData("X-HTTP-Method-Override", "DELETE", HttpStatusCode.OK)]
    public async Task ForwardedHeaders_OfNoProxyOfOurs_AreNotBelieved(string name, string value, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/sessions?{Guid.NewGuid():N}");
        request.Headers.TryAddWithoutValidation(name, value);

        using var answer = await server.Api.Http.SendAsync(request);
        var id = answer.Headers.GetValues("X-Request-Id").Single();

        Assert.Equal(expected, answer.StatusCode);
        var line = await server.Log.LineOfAsync(id);
        Assert.Equal("127.0.0.1", line.GetProperty("ip").GetString());
        Assert.Equal("/api/v1/sessions", line.GetProperty("path").GetString());
        Assert.Equal("GET", line.GetProperty("method").GetString());
        Assert.DoesNotContain("evil.example", answer.Headers.ToString(), StringComparison.Ordinal);
    }

    private static void AssertNotShared(HttpResponseMessage answer)
    {
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("same-origin", answer.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
    }
}
