using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Configuration;
using AgentSandbox.Server.Hosting;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Cgroups;
using AgentSandbox.Server.Runtimes.Oci;
using AgentSandbox.Server.Templates;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>A template to start boxes from, without a server. <c>TEST_TEMPLATE_ROOT</c> may name a built root file system.</summary>
public sealed class OciFixture : IAsyncLifetime
{
    private string _launcherPath = "";

    internal Template Template { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var configuration = TestHost.Configure(new Dictionary<string, string?>());
        _launcherPath = configuration.Oci.LauncherPath;
        Template = Environment.GetEnvironmentVariable("TEST_TEMPLATE_ROOT") is { } root
            ? new Template("test", "1", root, new Dictionary<string, string>(), ["/bin/bash", "-c"])
            : await BuildAsync(configuration);
        Directory.Delete(configuration.Paths.DataDirectory, recursive: true);
    }

    private static async Task<Template> BuildAsync(ServerConfiguration configuration)
    {
        var definition = ServeCommand.LoadTemplates(configuration).Definitions.Single(known => known.Name == configuration.Sessions.Template);
        return await new TemplateBuilder(configuration.Templates, TimeProvider.System).BuildAsync(
            definition, new TemplateProgressWriter(Console.Error), CancellationToken.None);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal OciOptions Options(string stateDirectory, TimeSpan? startTimeout = null) => new()
    {
        StateDirectory = stateDirectory,
        LauncherPath = _launcherPath,
        StartTimeout = startTimeout ?? TimeSpan.FromSeconds(60), // the machine may be busy with other tests
        StopTimeout = TimeSpan.FromSeconds(30),
    };

    internal static CgroupTree Cgroups(OciOptions options) =>
        CgroupDetector.ForHost().Detect(new ServerIdentity(options.StateDirectory).CgroupName).Tree!;

    internal static OciRuntime Runtime(OciOptions options, OciBinary binary, OciBinary? gvisor = null) =>
        new(options, new OciHost(binary, Cgroups(options), Rootless: null, gvisor), TimeProvider.System, NullLogger<OciRuntime>.Instance);

    internal static async Task<OciBinary> FindAsync(string name)
    {
        var (binary, reason) = await OciBinaryFinder.FindAsync(name, CancellationToken.None);
        Assert.True(binary is not null, reason);
        return binary;
    }

    internal SandboxSpec Spec(string id) => new(id, Template, Limits, RuntimeCapabilities.Standard);

    internal static SandboxLimits Limits { get; } = new(MemoryBytes: 128L << 20, Cpus: 0.5, Pids: 40, DiskBytes: 16L << 20);
}

[CollectionDefinition(Name)]
public sealed class OciCollection : ICollectionFixture<OciFixture>
{
    public const string Name = "oci";
}
