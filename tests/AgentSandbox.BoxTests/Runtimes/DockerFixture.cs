using AgentSandbox.BoxTests.Support.Docker;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>An engine that the tests of one collection share, so that the template becomes an image only once.</summary>
public sealed class DockerFixture : IAsyncLifetime
{
    internal PrivateEngine Engine { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Engine = await PrivateEngine.StartAsync();

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class DockerCollection : ICollectionFixture<DockerFixture>
{
    public const string Name = "docker";
}
