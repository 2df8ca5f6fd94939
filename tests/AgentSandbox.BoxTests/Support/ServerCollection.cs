namespace AgentSandbox.BoxTests.Support;

/// <summary>Tests that share one server. They run one after another: many measure what the host does meanwhile.</summary>
[CollectionDefinition(Name)]
public sealed class ServerCollection : ICollectionFixture<ServerFixture>
{
    public const string Name = "server";
}
