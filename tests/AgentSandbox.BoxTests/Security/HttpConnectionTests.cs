using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgentSandbox.BoxTests.Security;

/// <summary>Connections that hold on to the server, or try to be two requests to two readers.</summary>
[Collection(HttpServerCollection.Name)]
public sealed partial class HttpConnectionTests(HttpServer server)
{
    private static readonly TimeSpan Drip = TimeSpan.FromMilliseconds(500);

    private string Host => server.Address.Authority;

    [Fact]
    public async Task SlowSenders_AreSentAway_AndOthersAreServed()
    {
        var path = $"/api/v1/sessions HTTP/1.1\r\nHost: {Host}\r\n";
        var slow = await Task.WhenAll(Enumerable.Range(0, 100).SelectMany(_ => new[]
        {
            OpenAsync("GET /healthz HT"),                                                           // half a line
            OpenAsync($"GET {path}X-Slow: "),                                                       // half a header
            OpenAsync($"POST {path}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{"),      // half a body
            OpenAsync($"POST {path}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n100\r\n{{"),
        }));
        var dripping = slow.Take(8).Select(DripAsync).ToArray();

        for (var i = 0; i < 20; i++) Assert.Equal(HttpStatusCode.OK, (await server.Api.Http.GetAsync("/api/v1/sessions")).StatusCode);

        foreach (var answer in await Task.WhenAll(slow.Select(raw => raw.ReadToEndAsync()))) Assert.Matches("^(HTTP/1.1 40[08] |$)", answer);
        await Task.WhenAll(dripping);
        foreach (var raw in slow) raw.Dispose();
    }

    [Fact]
    public async Task IdleConnections_Hundreds_CostOthersNothing()
    {
        var idle = new List<RawHttp>();
        for (var i = 0; i < 500; i++) idle.Add(await RawHttp.ConnectAsync(server.Address));

        Assert.Equal(HttpStatusCode.OK, (await server.Api.Http.GetAsync("/healthz")).StatusCode);

        foreach (var raw in idle) raw.Dispose();
    }

    /// <summary>The framework's own default is no bound at all.</summary>
    [Fact]
    public void Connections_AreBounded()
    {
        var limits = server.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

        Assert.InRange(limits.MaxConcurrentConnections ?? long.MaxValue, 1, 10_000);
        Assert.InRange(limits.MaxConcurrentUpgradedConnections ?? long.MaxValue, 1, 1_000);
        Assert.InRange(limits.MaxRequestBufferSize ?? long.MaxValue, 1, 256 * 1024);
    }

    [Theory]
    [InlineData(65, 10, 431)]
    [InlineData(40, 1_000, 431)]
    [InlineData(1, 40_000, 431)]
    [InlineData(50, 100, 200)]
    public async Task Headers_ManyOrLong_AreRefusedAboveTheLimit(int count, int length, int expected)
    {
        var headers = string.Concat(Enumerable.Range(0, count).Select(i => $"X-{i}: {new string('a', length)}\r\n"));

        var answer = await RawHttp.ExchangeAsync(server.Address, $"GET /healthz HTTP/1.1\r\nHost: {Host}\r\nConnection: close\r\n{headers}\r\n");

        Assert.Equal(expected, Assert.Single(StatusesOf(answer)));
    }

    [Theory]
    [InlineData(17_000, 414)]
    [InlineData(12_000, 404)]
    public async Task Url_Huge_IsRefused(int length, int expected)
    {
        var answer = await RawHttp.ExchangeAsync(server.Address, $"GET /{new string('a', length)} HTTP/1.1\r\nHost: {Host}\r\nConnection: close\r\n\r\n");

        Assert.Equal(expected, Assert.Single(StatusesOf(answer)));
    }

    /// <summary>So neither resets nor continuations without end are there to be sent.</summary>
    [Fact]
    public async Task Http2_IsNotSpoken()
    {
        const string leave = "\0\0\u0008\u0007\0\0\0\0\0", http11Required = "\0\0\0\r";

        var answer = await RawHttp.ExchangeAsync(server.Address, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0");

        Assert.Contains(leave, answer, StringComparison.Ordinal);
        Assert.EndsWith(http11Required, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http2_Upgrade_IsIgnored()
    {
        var answer = await RawHttp.ExchangeAsync(
            server.Address, $"GET /healthz HTTP/1.1\r\nHost: {Host}\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");

        Assert.Equal(200, Assert.Single(StatusesOf(answer)));
    }

    /// <summary>A reader in front of the server may take another part for the body. So nothing behind a doubtful one is served.</summary>
    [Theory]
    [InlineData("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 0\r\nContent-Length: 44\r\n\r\n")]
    [InlineData("Content-Length: 0, 44\r\n\r\n")]
    [InlineData("Content-Length: -1\r\n\r\n")]
    [InlineData("Content-Length : 0\r\n\r\n")]
    [InlineData("Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: identity\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("X: y\r\n Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n0;\nx\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nffffffffffffffff0\r\n\r\n")]
    public async Task TwoLengths_OrADoubtfulOne_EndTheConnection(string framing)
    {
        var second = $"GET /healthz HTTP/1.1\r\nHost: {Host}\r\nConnection: close\r\n\r\n";

        var answer = await RawHttp.ExchangeAsync(server.Address, $"POST /api/v1/nothing HTTP/1.1\r\nHost: {Host}\r\nContent-Type: application/json\r\n{framing}{second}");

        Assert.Contains(Assert.Single(StatusesOf(answer)), new[] { 400, 404, 501 });
    }

    private async Task<RawHttp> OpenAsync(string beginning)
    {
        var raw = await RawHttp.ConnectAsync(server.Address);
        await raw.SendAsync(beginning);
        return raw;
    }

    /// <summary>A byte now and then keeps a connection alive that is measured by silence, but not one that is measured by rate.</summary>
    private static async Task DripAsync(RawHttp raw)
    {
        using var timer = new PeriodicTimer(Drip, TimeProvider.System);
        do await timer.WaitForNextTickAsync();
        while (await raw.TrySendAsync("a"));
    }

    private static IEnumerable<int> StatusesOf(string answers) =>
        StatusLine.Matches(answers).Select(match => int.Parse(match.Groups["status"].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"HTTP/1\.1 (?<status>[0-9]{3}) ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StatusLine { get; }
}
