using System.Net;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Runtimes.Docker;

/// <summary>Two engines behind one server: where sessions go, and what becomes of them when one engine is lost.</summary>
[Collection(EnginePairCollection.Name)]
public sealed class SeveralHostsTests(EnginePair engines)
{
    [Fact]
    public async Task Create_GoesToTheLeastLoadedUntilAllAreFull()
    {
        await using var server = await engines.ServeBothAsync("capacity=2");
        var sessions = new List<TestSession>();
        for (var i = 0; i < 4; i++) sessions.Add(await server.Api.CreateAsync());

        Assert.Equal(["first", "first", "second", "second"], sessions.Select(HostOf).Order(StringComparer.Ordinal));
        Assert.NotEqual(HostOf(sessions[0]), HostOf(sessions[1]));
        Assert.Equal(2, (await engines.First.Http.ListContainersAsync()).Count);
        Assert.Equal("capacity_reached", await server.RefusedAsync(HttpStatusCode.ServiceUnavailable));

        var freed = HostOf(sessions[0]);
        await sessions[0].DisposeAsync();
        await Eventually.BecomesTrueAsync(async () => (await server.HostsAsync()).Single(host => host.Name == freed).Boxes == 1);
        sessions[0] = await server.Api.CreateAsync();
        Assert.Equal(freed, HostOf(sessions[0]));
        foreach (var session in sessions) await session.DisposeAsync();
    }

    [Fact]
    public async Task HostLost_OthersGoOnAndItsSessionsAreTakenBack()
    {
        await using var server = await engines.ServeBothAsync();
        var (lost, other) = await CreateOnEachAsync(server);
        await lost.OutputAsync("echo mine > kept");

        await engines.First.KillAsync();
        await server.WaitUntilAsync(lost, "lost");
        Assert.Equal("alive", await other.OutputAsync("echo alive"));
        Assert.Equal([("first", false), ("second", true)], (await server.HostsAsync()).Select(host => (host.Name, host.IsAvailable)));
        await using var meanwhile = await server.Api.CreateAsync();
        Assert.Equal("second", HostOf(meanwhile));

        await engines.First.StartAgainAsync();
        await server.WaitUntilAsync(lost, "running");
        Assert.Equal("mine", await lost.OutputAsync("cat kept"));
        await lost.DisposeAsync();
        await other.DisposeAsync();
    }

    [Fact]
    public async Task DeletedWhileItsHostIsAway_IsRemovedWhenTheHostReturns()
    {
        await using var server = await engines.ServeBothAsync();
        var (lost, other) = await CreateOnEachAsync(server);

        await engines.First.KillAsync();
        await server.WaitUntilAsync(lost, "lost");
        await lost.DisposeAsync();
        await server.Api.GetAsync(lost.Path, HttpStatusCode.NotFound);
        await engines.First.StartAgainAsync();

        await Eventually.BecomesTrueAsync(async () => (await engines.First.Http.ListContainersAsync()).Count == 0);
        await other.DisposeAsync();
    }

    private static string HostOf(TestSession session) => session.Created.GetProperty("host").GetString()!;

    private static async Task<(TestSession First, TestSession Second)> CreateOnEachAsync(DockerServer server)
    {
        TestSession[] sessions = [await server.Api.CreateAsync(), await server.Api.CreateAsync()];
        return (sessions.Single(session => HostOf(session) == "first"), sessions.Single(session => HostOf(session) == "second"));
    }
}
