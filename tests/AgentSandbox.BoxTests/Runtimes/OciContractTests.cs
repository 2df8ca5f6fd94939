namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>The contract, with crun.</summary>
[Collection(OciCollection.Name)]
public sealed class CrunContractTests(OciFixture fixture) : RuntimeContract
{
    private protected override Task<RuntimeUnderTest> PrepareAsync() => OciUnderTest.CreateAsync(fixture, "crun");
}

/// <summary>The contract, with runc.</summary>
[Collection(OciCollection.Name)]
public sealed class RuncContractTests(OciFixture fixture) : RuntimeContract
{
    private protected override Task<RuntimeUnderTest> PrepareAsync() => OciUnderTest.CreateAsync(fixture, "runc");
}

/// <summary>The contract, with gVisor and without a daemon.</summary>
[Collection(OciCollection.Name)]
public sealed class RunscContractTests(OciFixture fixture) : RuntimeContract
{
    private protected override Task<RuntimeUnderTest> PrepareAsync() => OciUnderTest.CreateAsync(fixture, "crun", gvisor: "runsc");
}
