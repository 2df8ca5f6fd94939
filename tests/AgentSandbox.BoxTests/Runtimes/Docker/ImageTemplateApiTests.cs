using System.Net;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server;
using AgentSandbox.Server.Hosting;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Templates;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentSandbox.BoxTests.Runtimes.Docker;

/// <summary>Templates from images as callers of the API see them.</summary>
public sealed class ImageTemplateApiTests(ImageWorkshop workshop) : IClassFixture<ImageWorkshop>
{
    [Fact]
    public async Task Api_TemplateWithoutShellAndOneThatIsNotReady_SayWhatToDo()
    {
        await BaseImage.WithoutShell().ImportAsync(workshop.Client, "shellless");
        await using var end = new Rollback();
        var api = await ServeAsync(
            end,
            ("default", """{ "name": "default", "description": "d", "image": "shellless", "shell": [] }"""),
            ("missing", """{ "name": "missing", "description": "d", "image": "localhost:9/no/such" }"""));
        await using var session = await api.CreateAsync();

        var ran = await session.RunAsync(new { command = new[] { "/busybox", "echo", "hello" } });
        Assert.Equal("hello\n", ran.GetProperty("stdout").GetString());

        var refused = await session.RunAsync(new { command = "echo hello" }, HttpStatusCode.UnprocessableEntity);
        Assert.Equal(
            "must be an array of words: the template 'default' has no shell for a line.",
            Assert.Single(refused.GetProperty("errors").GetProperty("command").EnumerateArray()).GetString());

        var notReady = await api.SendAsync(HttpMethod.Post, "/api/v1/sessions", new { template = "missing" }, HttpStatusCode.NotFound);
        Assert.Equal("template_not_found", notReady.GetProperty("code").GetString());
        Assert.Contains("RUNTIME=docker", notReady.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private async Task<Api> ServeAsync(Rollback end, params (string Name, string Definition)[] definitions)
    {
        var directory = workshop.NewDirectory();
        foreach (var (name, definition) in definitions) await File.WriteAllTextAsync(Path.Combine(directory, name + ".json"), definition);
        File.Copy(ImageWorkshop.Dockerfile, Path.Combine(directory, "Dockerfile"));
        var configuration = TestHost.Configure(new Dictionary<string, string?>
        {
            ["RUNTIME"] = "docker",
            ["DOCKER_SOCKET"] = workshop.Engine.Socket,
            ["AGENT_SANDBOX_TEMPLATES"] = directory,
            ["DATA_DIR"] = workshop.NewDirectory(),
            ["WARM_POOL_SIZE"] = "0",
        });
        var templates = ServeCommand.LoadTemplates(configuration);
        var builder = new TemplateBuilder(workshop.Options, TimeProvider.System);

        var runtime = await new RuntimeSelector(configuration, templates, builder, TimeProvider.System, NullLoggerFactory.Instance).SelectAsync(CancellationToken.None);
        end.Add(runtime.DisposeAsync);
        var app = Program.Build(configuration, templates, runtime);
        end.Add(app.DisposeAsync);
        await app.StartAsync();
        end.Add(() => new ValueTask(app.StopAsync()));
        var api = new Api(new Uri(app.Urls.First()));
        end.Add(api.Dispose);
        return api;
    }
}
