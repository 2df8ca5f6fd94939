using AgentSandbox.BoxTests.Support;
using AgentSandbox.BoxTests.Support.Docker;
using AgentSandbox.Server.Configuration;
using AgentSandbox.Server.Hosting;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Docker;
using AgentSandbox.Server.Templates;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>The <c>docker</c> runtime on an engine of one's own, with one of the engine's isolations.</summary>
internal sealed class DockerUnderTest(string isolation, string socket, string state) : RuntimeUnderTest
{
    public const string Name = "docker";

    private readonly EngineClient _engine = EngineClient.Connect(socket);
    private Template? _template;

    public override IReadOnlyList<string> Words => [Name, isolation, socket, state];

    public override string Isolation => isolation;

    public override Template Template => _template ?? throw new InvalidOperationException("The runtime makes it when it is opened.");

    public override Template MissingTemplate => Template with { Name = "missing" };

    public static Task<RuntimeUnderTest> CreateAsync(DockerFixture fixture, string isolation) => Task.FromResult<RuntimeUnderTest>(
        new DockerUnderTest(isolation, fixture.Engine.Socket, Directory.CreateTempSubdirectory("agent-sandbox-test-").FullName));

    public override async Task<ISandboxRuntime> OpenAsync()
    {
        var configuration = TestHost.Configure(new Dictionary<string, string?> { ["DATA_DIR"] = state, ["DOCKER_SOCKET"] = socket });
        var templates = ServeCommand.LoadTemplates(configuration);
        var builder = new TemplateBuilder(configuration.Templates, TimeProvider.System);
        var selector = new RuntimeSelector(configuration, templates, builder, TimeProvider.System, NullLoggerFactory.Instance);
        var runtime = await selector.SelectAsync(CancellationToken.None);

        _template = templates.Find(configuration.Sessions.Template);
        return runtime;
    }

    public override Task<int> FindInitAsync(SandboxHandle box) => _engine.FindInitAsync(((DockerSandbox)box).ContainerId);

    public override async Task AssertNothingIsLeftAsync() => Assert.Empty(await _engine.ListContainersAsync());

    /// <summary>What one test leaves is not the next one's fault.</summary>
    public override async ValueTask DisposeAsync()
    {
        await _engine.RemoveContainersAsync();
        _engine.Dispose();
        Directory.Delete(state, recursive: true);
    }
}
