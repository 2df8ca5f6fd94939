using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>The contract, with Docker's own runtime.</summary>
[Collection(DockerCollection.Name)]
public sealed class DockerContractTests(DockerFixture fixture) : RuntimeContract
{
    private protected override Task<RuntimeUnderTest> PrepareAsync() => DockerUnderTest.CreateAsync(fixture, RuntimeCapabilities.Standard);
}

/// <summary>The contract, with gVisor under Docker.</summary>
[Collection(DockerCollection.Name)]
public sealed class DockerGvisorContractTests(DockerFixture fixture) : RuntimeContract
{
    private protected override Task<RuntimeUnderTest> PrepareAsync() => DockerUnderTest.CreateAsync(fixture, RuntimeCapabilities.Gvisor);
}
