using AgentSandbox.BoxTests.Support;
using AgentSandbox.BoxTests.Support.Docker;

namespace AgentSandbox.BoxTests.Runtimes.Docker;

/// <summary>Two engines, as on two machines, the first one in the network as well. They are shared, so that the template becomes an image only twice.</summary>
public sealed class EnginePair : IAsyncLifetime
{
    internal PrivateEngine First { get; private set; } = null!;

    internal PrivateEngine Second { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        First = await PrivateEngine.StartAsync(withTls: true);
        Second = await PrivateEngine.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
    }

    /// <summary>A server with both, called "first" and "second", that gives a silent host up soon.</summary>
    /// <param name="settings">Of the endpoints, such as <c>capacity=2</c>.</param>
    internal async Task<DockerServer> ServeBothAsync(string settings = "")
    {
        await EnsureRunningAsync();
        return await DockerServer.StartAsync(("DOCKER_HOSTS", $"unix://{First.Socket}?name=first&{settings},unix://{Second.Socket}?name=second&{settings}"));
    }

    /// <summary>A server with the first one only.</summary>
    /// <param name="lostGraceMs">How long requests wait for an engine that is away, before they are told that the session is lost.</param>
    internal async Task<DockerServer> ServeFirstAsync(int lostGraceMs = 500)
    {
        await EnsureRunningAsync();
        return await DockerServer.StartAsync(("DOCKER_SOCKET", First.Socket), ("SESSION_LOST_GRACE_MS", lostGraceMs.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>A test that failed may have left one dead.</summary>
    private async Task EnsureRunningAsync()
    {
        if (!First.IsRunning) await First.StartAgainAsync();
        if (!Second.IsRunning) await Second.StartAgainAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class EnginePairCollection : ICollectionFixture<EnginePair>
{
    public const string Name = "engine pair";
}
