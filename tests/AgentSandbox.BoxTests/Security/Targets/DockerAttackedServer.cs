using AgentSandbox.BoxTests.Support.Docker;

namespace AgentSandbox.BoxTests.Security.Targets;

/// <summary>Boxes that an engine makes: its own, and gVisor's where runsc is installed.</summary>
public sealed class DockerAttackedServer : AttackedServer
{
    private PrivateEngine? _engine;

    internal override string Name => "docker";

    internal override bool SharesHostUser => true;

    private protected override async Task<IReadOnlyDictionary<string, string?>> PrepareAsync()
    {
        _engine = await PrivateEngine.StartAsync();
        return new Dictionary<string, string?> { ["RUNTIME"] = "docker", ["DOCKER_SOCKET"] = _engine.Socket };
    }

    internal override async Task<int> FindInitAsync(string sessionId)
    {
        var filters = Uri.EscapeDataString($$"""{"label":["agent-sandbox.session={{sessionId}}"]}""");
        var found = await _engine!.Http.GetAsync($"containers/json?filters={filters}");
        return await _engine.Http.FindInitAsync(Assert.Single(found.EnumerateArray()).GetProperty("Id").GetString()!);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_engine is not null) await _engine.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class DockerAttackCollection : ICollectionFixture<DockerAttackedServer>
{
    public const string Name = "attacks on docker";
}
