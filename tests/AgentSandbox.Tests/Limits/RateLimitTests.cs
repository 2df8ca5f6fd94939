using AgentSandbox.Server.Limits;

namespace AgentSandbox.Tests.Limits;

public sealed class RateLimitTests
{
    private const string Alice = "192.0.2.1", Bob = "192.0.2.2", Loopback = "127.0.0.1", Proxy = "198.51.100.1";

    [Fact]
    public async Task EveryAnswer_TellsThePolicyAndWhatIsLeft()
    {
        await using var server = await LimitedServer.StartAsync(new RateLimitOptions());

        var first = await server.GetAsync("/any", Alice);
        server.Time.Advance(TimeSpan.FromSeconds(60));
        var failed = await server.GetAsync("/fails", Alice);
        var missing = await server.GetAsync("/nothing", Alice);

        Assert.Equal((200, "\"default\";q=100;w=900", "\"default\";r=99;t=900"), (first.Status, first.Policy, first.Limit));
        Assert.Equal((429, "\"default\";q=100;w=900", "\"default\";r=98;t=840"), (failed.Status, failed.Policy, failed.Limit));
        Assert.Equal(("too_many_commands", "1"), (failed.Code, failed.RetryAfter));
        Assert.Equal((404, "\"default\";r=97;t=840"), (missing.Status, missing.Limit));
        Assert.Null(first.RetryAfter);
    }

    [Fact]
    public async Task OneMoreThanTheLimit_Is429UntilTheWindowEnds()
    {
        await using var server = await LimitedServer.StartAsync(new RateLimitOptions());
        for (var i = 0; i < 100; i++) Assert.Equal(200, (await server.GetAsync("/any", Alice)).Status);
        server.Time.Advance(TimeSpan.FromSeconds(300.2));

        var refused = await server.GetAsync("/any", Alice);

        Assert.Equal((429, "rate_limited", "600"), (refused.Status, refused.Code, refused.RetryAfter));
        Assert.Equal(("\"default\";q=100;w=900", "\"default\";r=0;t=600"), (refused.Policy, refused.Limit));
        Assert.Equal(200, (await server.GetAsync("/any", Bob)).Status);
        server.Time.Advance(TimeSpan.FromSeconds(600));
        Assert.Equal("\"default\";r=99;t=900", (await server.GetAsync("/any", Alice)).Limit);
    }

    [Fact]
    public async Task SecurityLog_IsToldOncePerWindowAndSource()
    {
        await using var server = await LimitedServer.StartAsync(new RateLimitOptions { MaxRequests = 1 });
        for (var i = 0; i < 10; i++) await server.GetAsync("/any", Alice);
        for (var i = 0; i < 10; i++) await server.GetAsync("/any", Bob);
        Assert.Equal(2, server.RateLimited);

        server.Time.Advance(RateLimitOptions.Window);
        for (var i = 0; i < 10; i++) await server.GetAsync("/any", Alice);
        Assert.Equal(3, server.RateLimited);
    }

    [Fact]
    public async Task AddressesOfOneIpv6Subscriber_CountTogether()
    {
        await using var server = await LimitedServer.StartAsync(new RateLimitOptions { MaxRequests = 2 });

        Assert.Equal(200, (await server.GetAsync("/any", "2001:db8:0:1::1")).Status);
        Assert.Equal(200, (await server.GetAsync("/any", "2001:db8:0:1:ffff::2")).Status);
        Assert.Equal(429, (await server.GetAsync("/any", "2001:db8:0:1::3")).Status);
        Assert.Equal(200, (await server.GetAsync("/any", "2001:db8:0:2::1")).Status);
    }

    [Fact]
    public async Task Key_HasALimitOfItsOwn_WhereverItComesFrom()
    {
        await using var server = await LimitedServer.StartAsync(new RateLimitOptions { MaxRequests = 1, MaxKeyRequests = 3 });
        var (one, other) = (await server.MakeKeyAsync("alice"), await server.MakeKeyAsync("alice"));

        Assert.Equal("\"key\";q=3;w=900", (await server.GetAsync("/any", Alice, one)).Policy);
        Assert.Equal("\"key\";r=1;t=900", (await server.GetAsync("/any", Bob, one)).Limit);
        Assert.Equal(200, (await server.GetAsync("/any", Loopback, one)).Status);
        Assert.Equal(429, (await server.GetAsync("/any", Bob, one)).Status);
        Assert.Equal(200, (await server.GetAsync("/any", Bob, other)).Status);
        Assert.Equal("\"default\";r=0;t=900", (await server.GetAsync("/public", Bob)).Limit);
    }

    [Fact]
    public async Task Key_WithTooManyRequestsAtOnce_IsToldToComeBackSoon()
    {
        await using var server = await LimitedServer.StartAsync(new RateLimitOptions { MaxKeyAtOnce = 1 });
        var key = await server.MakeKeyAsync("alice");
        var slow = server.GetAsync("/slow", Alice, key);
        await server.SlowRequestCame;

        var refused = await server.GetAsync("/any", Bob, key);
        Assert.Equal((429, "rate_limited", "1", "\"key\";r=9999;t=900"), (refused.Status, refused.Code, refused.RetryAfter, refused.Limit));

        server.EndSlowRequest();
        Assert.Equal(200, (await slow).Status);
        Assert.Equal(200, (await server.GetAsync("/any", Bob, key)).Status);
    }

    [Fact]
    public async Task Loopback_IsExemptUntilALimitIsSet()
    {
        await using var open = await LimitedServer.StartAsync(new RateLimitOptions());
        for (var i = 0; i < 200; i++) Assert.Equal((200, null), ((await open.GetAsync("/any", Loopback)).Status, (await open.GetAsync("/any", "::1")).Limit));
        Assert.Null((await open.GetAsync("/any", Loopback, await open.MakeKeyAsync("alice"))).Limit);

        await using var limited = await LimitedServer.StartAsync(new RateLimitOptions { MaxRequests = 1 });
        Assert.Equal(200, (await limited.GetAsync("/any", Loopback)).Status);
        Assert.Equal(429, (await limited.GetAsync("/any", Loopback)).Status);
        Assert.Equal("\"key\";r=9999;t=900", (await limited.GetAsync("/any", Loopback, await limited.MakeKeyAsync("alice"))).Limit);
    }

    [Fact]
    public async Task Health_IsNeverLimited()
    {
        await using var server = await LimitedServer.StartAsync(new RateLimitOptions { MaxRequests = 1 });
        for (var i = 0; i < 5; i++) Assert.Equal((200, null), ((await server.GetAsync("/healthz", Alice)).Status, (await server.GetAsync("/healthz", Alice)).Limit));
    }

    [Fact]
    public async Task ForwardedFor_OfWhoIsNoProxy_ChangesNothing()
    {
        await using var server = await LimitedServer.StartAsync(new RateLimitOptions { MaxRequests = 2 });
        for (var i = 0; i < 2; i++) Assert.Equal(200, (await server.GetAsync("/public", Alice, forwardedFor: $"203.0.113.{i}")).Status);
        Assert.Equal(429, (await server.GetAsync("/public", Alice, forwardedFor: "203.0.113.9")).Status);
        Assert.Equal(429, (await server.GetAsync("/public", Alice, forwardedFor: Loopback)).Status);
    }

    [Fact]
    public async Task ForwardedFor_OfTheProxy_IsBelievedForItsOwnHopOnly()
    {
        await using var server = await LimitedServer.StartAsync(new RateLimitOptions { MaxRequests = 1 }, Proxy);

        Assert.Equal(401, (await server.GetAsync("/any", Proxy, forwardedFor: Alice)).Status);
        Assert.Equal(429, (await server.GetAsync("/any", Proxy, forwardedFor: $"203.0.113.9, {Alice}")).Status);   // Alice has made up the first
        Assert.Equal(401, (await server.GetAsync("/any", Proxy, forwardedFor: Bob)).Status);
        Assert.Equal(429, (await server.GetAsync("/any", Bob, forwardedFor: "203.0.113.9")).Status);
    }
}
