using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Oci;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>The <c>oci</c> runtime with one of its binaries for plain boxes, and perhaps one for gVisor's, which are tested then.</summary>
internal sealed class OciUnderTest(OciFixture fixture, OciBinary binary, OciBinary? gvisor, string state) : RuntimeUnderTest
{
    public const string Name = "oci";

    public override string Isolation => gvisor is null ? RuntimeCapabilities.Standard : RuntimeCapabilities.Gvisor;

    private readonly OciOptions _options = fixture.Options(state);

    public override IReadOnlyList<string> Words => [Name, binary.Path, gvisor?.Path ?? "", state];

    public override Template Template => fixture.Template;

    public override Template MissingTemplate => Template with { RootPath = "/nonexistent" };

    public static Task<RuntimeUnderTest> CreateAsync(OciFixture fixture, string binary, string gvisor = "") =>
        FromAsync(fixture, binary, gvisor, Directory.CreateTempSubdirectory("oci-test-").FullName);

    public static async Task<RuntimeUnderTest> FromAsync(OciFixture fixture, string binary, string gvisor, string state) =>
        new OciUnderTest(fixture, await OciFixture.FindAsync(binary), gvisor.Length == 0 ? null : await OciFixture.FindAsync(gvisor), state);

    public override Task<ISandboxRuntime> OpenAsync() => Task.FromResult<ISandboxRuntime>(OciFixture.Runtime(_options, binary, gvisor));

    public override Task<int> FindInitAsync(SandboxHandle box) => Task.FromResult(((OciSandbox)box).Init!.Pid);

    public override Task AssertNothingIsLeftAsync()
    {
        OciTraces.AssertNone(_options);
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(state, recursive: true);
        return ValueTask.CompletedTask;
    }
}
