namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>Settings of the <c>docker</c> runtime.</summary>
internal sealed class DockerOptions
{
    /// <summary><c>DOCKER_HOSTS</c>, or else <c>DOCKER_SOCKET</c>: the engines that boxes are spread over.</summary>
    public required IReadOnlyList<DockerEndpoint> Endpoints { get; init; }

    /// <summary>Whether the operator named an engine, which <c>RUNTIME=auto</c> then takes.</summary>
    public bool IsConfigured { get; init; }

    /// <summary>Where the server keeps the name that its containers are known by. <c>DATA_DIR</c> leads here.</summary>
    public required string StateDirectory { get; init; }

    /// <summary><c>DOCKER_GVISOR_RUNTIME</c>: what the engine calls gVisor. Default <c>runsc</c>.</summary>
    public string GvisorRuntime { get; init; } = "runsc";

    /// <summary><c>DOCKER_VM_RUNTIME</c>: what the engine calls Kata or another runtime that makes virtual machines. Default <c>kata</c>.</summary>
    public string VmRuntime { get; init; } = "kata";

    /// <summary>As for the <c>oci</c> runtime.</summary>
    public bool AllowUnenforcedLimits { get; init; }

    /// <summary>How long the engine may take to create and start a box. Default 30 s.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the engine may take to get a template: it may have to fetch and build it. Default 15 min.</summary>
    public TimeSpan ImageTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long the engine may take to remove one. Default 30 s.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it may take over anything small. Default 10 s.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
