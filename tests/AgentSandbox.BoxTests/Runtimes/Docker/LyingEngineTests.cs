using AgentSandbox.BoxTests.Support.Docker;
using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.BoxTests.Runtimes.Docker;

/// <summary>An engine that says it has done what it was told, and has not.</summary>
public sealed class LyingEngineTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("engine-test-").FullName;
    private LyingRuntime _liar = null!;
    private PrivateEngine _engine = null!;

    public async ValueTask InitializeAsync()
    {
        _liar = new LyingRuntime(_directory, (await OciFixture.FindAsync("runc")).Path);
        await _liar.TellAsync("pass");
        _engine = await PrivateEngine.StartAsync(programs: _directory);
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Start_WallsAreMissing_IsRefusedUnlessAllowed()
    {
        await _liar.TellAsync("linux.pop('seccomp'); linux['resources'].pop('memory'); linux['resources'].pop('pids')");

        var refusal = await Assert.ThrowsAsync<MissingWallException>(() => DockerServer.StartAsync(("DOCKER_SOCKET", _engine.Socket)));
        await using var server = await DockerServer.StartAsync(("DOCKER_SOCKET", _engine.Socket), ("ALLOW_MISSING_WALLS", "true"));
        var isolations = (await server.Api.GetAsync("/api/v1/runtimes")).GetProperty("items")[0].GetProperty("isolations");

        string[] missing = ["seccomp", "systemCalls", "resourceLimits"];
        Assert.All(missing, wall => Assert.Contains($"\n  {wall}: ", refusal.Message, StringComparison.Ordinal));
        var standard = isolations.EnumerateArray().Single(isolation => isolation.GetProperty("name").GetString() is RuntimeCapabilities.Standard);
        Assert.Equal(missing, standard.GetProperty("missing").EnumerateArray().Select(wall => wall.GetString()));
        Assert.False(standard.GetProperty("walls").GetProperty("seccomp").GetBoolean());
        Assert.DoesNotContain("userNamespace", standard.GetProperty("promised").EnumerateArray().Select(wall => wall.GetString()));
    }
}
