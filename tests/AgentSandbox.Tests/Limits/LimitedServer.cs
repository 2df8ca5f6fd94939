using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using AgentSandbox.Protocol;
using AgentSandbox.Server.Access;
using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Health;
using AgentSandbox.Server.Limits;
using AgentSandbox.Server.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AgentSandbox.Tests.Limits;

/// <summary>The server's way in (proxies, limits, proofs) in memory, on a clock of its own and asked from any address.</summary>
internal sealed class LimitedServer : IAsyncDisposable
{
    private const string AddressHeader = "Test-Address";

    private readonly string _directory = Directory.CreateTempSubdirectory("limits-").FullName;
    private readonly MeterListener _listener = new();
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _slowCame = new(), _slowMayEnd = new();
    private int _rateLimited;

    public LimitedServer(RateLimitOptions limits, params string[] proxies)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddAccess(new AccessOptions
        {
            Directory = _directory,
            TrustedProxies = [.. proxies.Select(proxy => new IPNetwork(IPAddress.Parse(proxy), 32))],
        });
        builder.Services.AddAudit(new AuditOptions(Path.Combine(_directory, "audit")) { IsOn = false });
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddExceptionHandler<GuestFailureHandler>();
        builder.Services.AddRateLimits(limits);
        builder.Services.AddProblems();
        _app = builder.Build();
        Listen();

        _app.Use((context, next) =>
        {
            context.Connection.RemoteIpAddress = IPAddress.Parse(context.Request.Headers[AddressHeader].ToString());
            return next(context);
        });
        _app.UseTrustedProxies();
        _app.UseMiddleware<AuditTrail>();
        _app.UseExceptionHandler();
        _app.UseStatusCodePages();
        _app.UseFailedProofs();
        _app.UseAuthentication();
        _app.UseRateLimiter();
        _app.UseAuthorization();
        _app.UseMiddleware<AuditGate>();
        _app.MapGet("/any", () => "").Reads(Scopes.None);
        _app.MapGet("/public", () => "").ForEverybody();
        _app.MapGet("/slow", async () =>
        {
            _slowCame.SetResult();
            await _slowMayEnd.Task;
            return "";
        }).Reads(Scopes.None);
        _app.MapGet("/fails", string () => throw new GuestException(GuestErrorCode.TooManyCommands)).ForEverybody();
        _app.MapLogin();
        _app.MapHealth();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 22, 0, 0, TimeSpan.Zero));

    /// <summary>How often the security log was told of a limit.</summary>
    public int RateLimited => Volatile.Read(ref _rateLimited);

    public Task SlowRequestCame => _slowCame.Task;

    public void EndSlowRequest() => _slowMayEnd.SetResult();

    public static async Task<LimitedServer> StartAsync(RateLimitOptions limits, params string[] proxies)
    {
        var server = new LimitedServer(limits, proxies);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public async Task<string> MakeKeyAsync(string owner)
    {
        var keys = _app.Services.GetRequiredService<KeyStore>();
        var (_, text) = await keys.CreateAsync(new NewKey("test", owner, Role.User, Scopes.All, null), TestContext.Current.CancellationToken);
        return text.ToString();
    }

    public Task<Answer> GetAsync(string path, string from, string? key = null, string? forwardedFor = null, string? cookie = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (key is not null) request.Headers.Authorization = new("Bearer", key);
        if (forwardedFor is not null) request.Headers.Add("X-Forwarded-For", forwardedFor);
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        return SendAsync(request, from);
    }

    public Task<Answer> LogInAsync(string key, string from, string path = "/api/v1/login") => SendAsync(
        new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent($$"""{"key":"{{key}}"}""", null, "application/json") }, from);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _listener.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<Answer> SendAsync(HttpRequestMessage request, string from)
    {
        request.Headers.Add(AddressHeader, from);
        using (request)
        using (var client = _app.GetTestClient())
        using (var response = await client.SendAsync(request, TestContext.Current.CancellationToken))
        {
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return new Answer(
                (int)response.StatusCode, Header("RateLimit-Policy"), Header("RateLimit"), Header("Retry-After"), Header("Set-Cookie"),
                text.StartsWith('{') ? JsonDocument.Parse(text).RootElement : default);

            string? Header(string name) => response.Headers.TryGetValues(name, out var values) ? Assert.Single(values) : null;
        }
    }

    private void Listen()
    {
        var meters = _app.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "agent_sandbox.security.events" && instrument.Meter.Scope == meters) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            if (tags.ToArray().Any(tag => string.Equals(tag.Value as string, nameof(SecurityEvent.RateLimited), StringComparison.OrdinalIgnoreCase))) Interlocked.Increment(ref _rateLimited);
        });
        _listener.Start();
    }
}

internal sealed record Answer(int Status, string? Policy, string? Limit, string? RetryAfter, string? Cookie, JsonElement Body)
{
    public string? Code => Body.GetProperty("code").GetString();
}
