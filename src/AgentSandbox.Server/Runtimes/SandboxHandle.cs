namespace AgentSandbox.Server.Runtimes;

/// <summary>A runtime's own record of one box. Owned by whoever started the box; only that runtime looks inside.</summary>
internal abstract class SandboxHandle(string id, string host = RuntimeHost.Local)
{
    public string Id { get; } = id;

    /// <summary>The name of the host that it runs on.</summary>
    public string Host { get; } = host;

    public override string ToString() => Id;
}
