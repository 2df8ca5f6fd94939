using AgentSandbox.Server;
using AgentSandbox.Server.Configuration;
using AgentSandbox.Server.Hosting;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Oci;
using AgentSandbox.Server.Templates;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentSandbox.BoxTests.Support;

/// <summary>The real server with real boxes, in this process and on a port of its own. Shared by the tests of a collection.</summary>
public class ServerFixture : IAsyncLifetime
{
    private ISandboxRuntime? _runtime;
    private WebApplication? _app;

    internal Api Api { get; private set; } = null!;

    internal IServiceProvider Services => _app!.Services;

    internal Uri Address { get; private set; } = null!;

    internal ServerConfiguration Configuration { get; private set; } = null!;

    protected virtual IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["MAX_CONCURRENT_SESSIONS"] = "400",
        ["WARM_POOL_SIZE"] = "2",
    };

    /// <summary>The first processes of all boxes that this server has now, pooled ones included.</summary>
    internal IReadOnlySet<int> InitPids() => BoxDirectory.ListBoxIds(Configuration.Oci.StateDirectory)
        .Select(id => BoxRecord.TryRead(new BoxDirectory(Configuration.Oci.StateDirectory, id).Record))
        .OfType<BoxRecord>()
        .Select(record => record.Pid)
        .ToHashSet();

    public async ValueTask InitializeAsync()
    {
        Configuration = TestHost.Configure(Settings);
        var templates = ServeCommand.LoadTemplates(Configuration);
        var builder = new TemplateBuilder(Configuration.Templates, TimeProvider.System);
        _runtime = await new RuntimeSelector(Configuration, templates, builder, TimeProvider.System, NullLoggerFactory.Instance).SelectAsync(CancellationToken.None);
        _app = Program.Build(Configuration, templates, _runtime);
        OnBuilt(_app.Services);
        await _app.StartAsync();
        Address = new Uri(_app.Urls.First());
        Api = new Api(Address);
    }

    /// <summary>For what is to be undone before the data directory goes.</summary>
    protected virtual void AfterStop()
    {
    }

    /// <summary>Before the server starts.</summary>
    protected virtual void OnBuilt(IServiceProvider services)
    {
    }

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        if (_runtime is not null) await _runtime.DisposeAsync();
        AfterStop();
        Directory.Delete(Configuration.Paths.DataDirectory, recursive: true);
        GC.SuppressFinalize(this);
    }
}
