using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Cgroups;
using AgentSandbox.Server.Runtimes.Oci;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>
/// A host whose owner allowed boxes without limits: what cannot be done there is said so. With runc, for crun does not start
/// without groups of its own on a host like many a developer's, with both versions of cgroups.
/// </summary>
[Collection(OciCollection.Name)]
public sealed class OciWithoutCgroupsTests(OciFixture fixture)
{
    [Fact]
    public async Task Pause_IsUnsupported()
    {
        var options = fixture.Options(Directory.CreateTempSubdirectory("oci-test-").FullName);
        var host = new OciHost(await OciFixture.FindAsync("runc"), new UnenforcedCgroups(), Rootless: null);
        await using (var runtime = new OciRuntime(options, host, TimeProvider.System, NullLogger<OciRuntime>.Instance))
        {
            var box = await runtime.StartAsync(fixture.Spec("box1"), CancellationToken.None);

            var failure = await Assert.ThrowsAsync<SandboxRuntimeException>(() => runtime.PauseAsync(box, CancellationToken.None));

            Assert.False(runtime.Capabilities.Pause);
            Assert.Equal(RuntimeError.Unsupported, failure.Error);
        }

        Directory.Delete(options.StateDirectory, recursive: true);
    }
}
