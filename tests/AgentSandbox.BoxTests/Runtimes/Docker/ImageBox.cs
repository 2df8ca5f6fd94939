using System.Text;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Docker;
using AgentSandbox.Server.Sessions;
using AgentSandbox.Server.Templates;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentSandbox.BoxTests.Runtimes.Docker;

/// <summary>A box that the runtime has started from a template of one definition, as a server would.</summary>
internal sealed class ImageBox : IAsyncDisposable
{
    private readonly Rollback _end = new();
    private Sandbox _sandbox = null!;

    private ImageBox()
    {
    }

    public Template Template => _sandbox.Spec.Template;

    /// <summary>The name of the container.</summary>
    public string Container { get; private set; } = "";

    public static async Task<ImageBox> StartAsync(ImageWorkshop workshop, string name, string reference, string more = "")
    {
        var box = new ImageBox();
        try
        {
            await box.BootAsync(workshop, name, $$"""{ "name": "{{name}}", "description": "d", "image": "{{reference}}"{{more}} }""");
            return box;
        }
        catch
        {
            await box.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a line in the template's shell, which must end well, and returns what it printed.</summary>
    public Task<string> OutputAsync(string line) => RunAsync([.. Template.Shell, line]);

    public async Task<string> RunAsync(params string[] words)
    {
        var output = new StringBuilder();
        await using var command = await _sandbox.Guest.StartAsync(
            new CommandStart { Args = words, Env = Template.Environment, Timeout = TimeSpan.FromSeconds(20) }, CancellationToken.None);
        await foreach (var happened in command.ReadAsync(CancellationToken.None))
        {
            if (happened is CommandEvent.Output said) output.Append(Encoding.UTF8.GetString(said.Data.Span));
            if (happened is CommandEvent.Exited exited) Assert.True(exited.Exit.ExitCode == 0, $"{string.Join(' ', words)}: {output}");
        }

        return output.ToString().TrimEnd('\n');
    }

    public ValueTask DisposeAsync() => _end.DisposeAsync();

    private async Task BootAsync(ImageWorkshop workshop, string name, string definition)
    {
        var definitions = workshop.NewDirectory();
        await File.WriteAllTextAsync(Path.Combine(definitions, name + ".json"), definition);
        var templates = TemplateCatalog.Load(definitions);
        var options = new DockerOptions
        {
            Endpoints = [new DockerEndpoint("test", new Uri($"unix://{workshop.Engine.Socket}"))],
            StateDirectory = workshop.NewDirectory(),
        };
        var builder = new TemplateBuilder(workshop.Options, TimeProvider.System);
        var opener = new DockerOpener(options, templates, builder, name, ImageWorkshop.Dockerfile, TimeProvider.System, NullLoggerFactory.Instance);

        var (runtime, _) = await opener.OpenAsync(CancellationToken.None);
        _end.Add(runtime.DisposeAsync);
        var booter = new SandboxBooter(runtime, TimeProvider.System);
        _end.Add(booter.Dispose);
        _sandbox = await booter.BootAsync(templates.Find(name)!, new SessionOptions().Limits, RuntimeCapabilities.Standard, CancellationToken.None);
        _end.Add(_sandbox.DisposeAsync);
        Container = Assert.Single(await workshop.Engine.Http.ListContainersAsync());
    }
}
