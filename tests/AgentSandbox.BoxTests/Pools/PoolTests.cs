using System.Net;
using System.Net.Http.Json;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Pools;
using Microsoft.Extensions.DependencyInjection;

namespace AgentSandbox.BoxTests.Pools;

public sealed class PoolTests(PoolTests.Server server) : IClassFixture<PoolTests.Server>
{
    private WarmPool Pool => server.Services.GetRequiredService<WarmPool>();

    [Fact]
    public async Task Create_TakesFromThePool_AndItFillsAgain()
    {
        await Eventually.BecomesTrueAsync(() => Pool.Count == 1);
        var ready = server.InitPids();

        await using var session = await server.Api.CreateAsync();
        var init = Host.InitOf(Host.FindProcess(await session.StartMarkedProcessAsync()));

        Assert.Contains(init, ready);
        await Eventually.BecomesTrueAsync(() => Pool.Count == 1);
    }

    [Fact]
    public async Task Create_OtherLimitsThanThePools_BootsItsOwn()
    {
        await Eventually.BecomesTrueAsync(() => Pool.Count == 1);
        var ready = server.InitPids();

        await using var session = await server.Api.CreateAsync(new { limits = new { pids = 64 } });
        var init = Host.InitOf(Host.FindProcess(await session.StartMarkedProcessAsync()));

        Assert.DoesNotContain(init, ready);
        Assert.Equal(1, Pool.Count);
    }

    [Fact]
    public async Task ReadyBox_ThatDies_IsReplaced()
    {
        await Eventually.BecomesTrueAsync(() => Pool.Count == 1);
        var ready = server.InitPids();
        foreach (var init in ready) Host.Kill(init);

        await Eventually.BecomesTrueAsync(() => Pool.Count == 1 && !ready.Any(server.InitPids().Contains));

        await using var session = await server.Api.CreateAsync();
        Assert.Equal("alive", await session.OutputAsync("echo alive"));
    }

    [Fact]
    public async Task Create_MoreThanAllowedAtOnce_IsRefusedExactly()
    {
        var responses = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => server.Api.Http.PostAsJsonAsync("/api/v1/sessions", new { })));

        var created = responses.Where(response => response.StatusCode == HttpStatusCode.Created).ToList();
        var refused = responses.Where(response => response.StatusCode == HttpStatusCode.ServiceUnavailable).ToList();
        Assert.Equal(Server.MaxSessions, created.Count);
        Assert.Equal(12 - Server.MaxSessions, refused.Count);
        Assert.All(refused, response => Assert.NotNull(response.Headers.RetryAfter));
        Assert.Contains("capacity_reached", await refused[0].Content.ReadAsStringAsync(), StringComparison.Ordinal);

        foreach (var response in created) await server.Api.Http.DeleteAsync(response.Headers.Location);
        await using var next = await server.Api.CreateAsync();
    }

    /// <summary>A server with one ready box and room for three sessions.</summary>
    public sealed class Server : ServerFixture
    {
        public const int MaxSessions = 3;

        protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
        {
            ["MAX_CONCURRENT_SESSIONS"] = $"{MaxSessions}",
            ["WARM_POOL_SIZE"] = "1",
        };
    }
}
