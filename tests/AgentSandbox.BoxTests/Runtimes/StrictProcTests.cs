using AgentSandbox.BoxTests.Support;
using AgentSandbox.BoxTests.Runtimes.Docker;
using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary><c>PROC_MODE=strict</c>: a box sees its own processes in <c>/proc</c>, and nothing of the machine.</summary>
public sealed class StrictProcTests : IAsyncLifetime
{
    private readonly StrictServer _server = new();
    private TestSession _session = null!;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        _session = await _server.Api.CreateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Proc_HoldsOnlyWhatIsOnesOwn()
    {
        Assert.Equal("self\nthread-self", await _session.OutputAsync("ls /proc | grep -v '^[0-9]*$'"));
        Assert.Equal("", await _session.OutputAsync("ls -d /proc/1 2> /dev/null || true"));      // the guest cannot be traced
    }

    [Fact]
    public async Task Tools_OfTheTemplate_Work()
    {
        Assert.Equal("2", await _session.OutputAsync("node -e 'console.log(1 + require(\"os\").availableParallelism() / require(\"os\").availableParallelism())'"));
        Assert.Equal("[1]", await _session.OutputAsync("python3 -c 'import multiprocessing as m; print(m.Pool(2).map(abs, [-1]))'"));
        Assert.Equal("ok", await _session.OutputAsync("git init -q r && cd r && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && echo ok"));
        Assert.Equal("0", await _session.OutputAsync("node -e 'console.log(require(\"os\").cpus().length)'"));    // why it is not the default
    }

    [Fact]
    public async Task Docker_WithStrictProc_IsRefused()
    {
        var refusal = await Assert.ThrowsAsync<SandboxRuntimeException>(() => DockerServer.StartAsync(("DOCKER_SOCKET", "/nonexistent"), ("PROC_MODE", "strict")));

        Assert.Contains("PROC_MODE is strict, but no Docker Engine can", refusal.Message, StringComparison.Ordinal);
    }

    private sealed class StrictServer : ServerFixture
    {
        protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
        {
            ["RUNTIME"] = "oci",
            ["PROC_MODE"] = "strict",
            ["WARM_POOL_SIZE"] = "0",
        };
    }
}
