namespace AgentSandbox.Server.Runtimes;

/// <summary>A runtime's own record of one box. Owned by whoever started the box; only that runtime looks inside.</summary>
internal abstract class SandboxHandle(string id)
{
    public string Id { get; } = id;

    public override string ToString() => Id;
}
