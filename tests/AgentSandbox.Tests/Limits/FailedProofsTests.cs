using AgentSandbox.Server.Limits;

namespace AgentSandbox.Tests.Limits;

public sealed class FailedProofsTests
{
    private const string Alice = "192.0.2.1", Bob = "192.0.2.2", Loopback = "127.0.0.1";
    private const string Wrong = "ask_0123456789_wrong";

    private readonly RateLimitOptions _limits = new() { MaxFailures = 3 };

    [Theory]
    [InlineData("/any", 401)]
    [InlineData("/public", 200)]
    [InlineData("/healthz", 200)]
    [InlineData("/nothing", 401)]
    public async Task WrongKeys_AnywhereInTheApi_ShutTheAddressOut(string path, int status)
    {
        await using var server = await LimitedServer.StartAsync(_limits);
        var key = await server.MakeKeyAsync("alice");
        for (var i = 0; i < 3; i++) Assert.Equal(status, (await server.GetAsync(path, Alice, Wrong)).Status);

        var refused = await server.GetAsync(path, Alice, Wrong);

        Assert.Equal(200, (await server.GetAsync("/any", Alice, key)).Status);
        Assert.Equal((429, "rate_limited", "900"), (refused.Status, refused.Code, refused.RetryAfter));
        Assert.Equal(("\"failures\";q=3;w=900", "\"failures\";r=0;t=900"), (refused.Policy, refused.Limit));
        Assert.Equal(429, (await server.LogInAsync(key, Alice)).Status);
        Assert.Equal(200, (await server.GetAsync("/any", Bob, key)).Status);
        Assert.Equal(200, (await server.GetAsync("/public", Alice)).Status);
        Assert.Equal(1, server.RateLimited);
        server.Time.Advance(RateLimitOptions.Window);
        Assert.Equal(200, (await server.GetAsync("/any", Alice, key)).Status);
    }

    [Theory]
    [InlineData("/api/v1/login")]
    [InlineData("/API/v1/login/")]
    public async Task WrongKeysAtTheLogin_ShutTheAddressOut(string path)
    {
        await using var server = await LimitedServer.StartAsync(_limits);
        var key = await server.MakeKeyAsync("alice");
        for (var i = 0; i < 3; i++) Assert.Equal(401, (await server.LogInAsync(Wrong, Alice, path)).Status);

        Assert.Equal(429, (await server.LogInAsync(key, Alice, path)).Status);
        Assert.Equal(204, (await server.LogInAsync(key, Bob, path)).Status);
    }

    [Fact]
    public async Task RightKeys_AreNotCounted()
    {
        await using var server = await LimitedServer.StartAsync(_limits);
        var key = await server.MakeKeyAsync("alice");

        for (var i = 0; i < 10; i++) Assert.Equal(200, (await server.GetAsync("/any", Alice, key)).Status);
        for (var i = 0; i < 10; i++) Assert.Equal(204, (await server.LogInAsync(key, Alice)).Status);
    }

    [Fact]
    public async Task WhoIsLoggedIn_GoesOn()
    {
        await using var server = await LimitedServer.StartAsync(_limits);
        var cookie = (await server.LogInAsync(await server.MakeKeyAsync("alice"), Alice)).Cookie!.Split(';')[0];
        for (var i = 0; i < 5; i++) await server.GetAsync("/any", Alice, Wrong);

        Assert.Equal(200, (await server.GetAsync("/any", Alice, cookie: cookie)).Status);
    }

    [Fact]
    public async Task Loopback_IsExemptButForALimitAtTheLogin()
    {
        await using var server = await LimitedServer.StartAsync(_limits);
        var key = await server.MakeKeyAsync("alice");
        for (var i = 0; i < 20; i++) Assert.Equal(401, (await server.GetAsync("/any", Loopback, Wrong)).Status);
        for (var i = 0; i < 1_000; i++) Assert.Equal(401, (await server.LogInAsync(Wrong, Loopback)).Status);

        Assert.Equal(429, (await server.LogInAsync(key, Loopback)).Status);
        Assert.Equal(200, (await server.GetAsync("/any", Loopback, key)).Status);
    }

    [Fact]
    public async Task Loopback_OnceALimitIsSet_IsLikeOthers()
    {
        await using var server = await LimitedServer.StartAsync(new RateLimitOptions { MaxRequests = 100, MaxFailures = 2 });
        for (var i = 0; i < 2; i++) await server.GetAsync("/any", Loopback, Wrong);

        Assert.Equal(429, (await server.GetAsync("/any", Loopback, Wrong)).Status);
    }
}
