using AgentSandbox.Server.Configuration;
using AgentSandbox.Server.Doctor;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Docker;
using AgentSandbox.Server.Runtimes.Oci;
using AgentSandbox.Server.Templates;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentSandbox.Server.Hosting;

/// <summary>
/// <c>./run doctor</c>: the doctor's checks, and where a template is built already, a trial with a real box. With an engine,
/// whether each of them answers.
/// </summary>
internal static class ExamineCommand
{
    private static readonly TimeSpan EnginePatience = TimeSpan.FromSeconds(5);

    public static Task<int> RunAsync(ServerConfiguration configuration, bool asJson)
    {
        var paths = configuration.Paths;
        var context = new DoctorContext(
            DoctorHost.Local(), paths.DataDirectory, configuration.Port, paths.PageDirectory, paths.TemplatesDirectory, configuration.Templates)
        {
            TemplateName = configuration.Sessions.Template,
            UsesEngine = configuration.UsesEngine,
        };
        IEnumerable<DoctorCheck> extra = configuration.UsesEngine
            ? configuration.Docker.Endpoints.Select(endpoint => (DoctorCheck)(cancellationToken => AskAsync(endpoint, cancellationToken)))
            : [cancellationToken => TryBoxAsync(configuration, cancellationToken)];
        return DoctorCommand.RunAsync(context, extra, asJson, Console.Out, CancellationToken.None);
    }

    private static async ValueTask<DoctorFinding?> AskAsync(DockerEndpoint endpoint, CancellationToken cancellationToken)
    {
        const string Name = "Docker host";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(EnginePatience);
        try
        {
            using var client = DockerConnector.Create(endpoint);
            var info = await client.System.GetSystemInfoAsync(limit.Token);
            return DoctorFinding.Ok(Name, $"{endpoint}: {info.ServerVersion}, runtimes {string.Join(", ", info.Runtimes?.Keys ?? [])}");
        }
        catch (SandboxRuntimeException exception)
        {
            return DoctorFinding.Missing(Name, exception.Message, "Correct DOCKER_HOSTS.");
        }
        catch (Exception exception) when (DockerFailure.Is(exception) || exception is OperationCanceledException)
        {
            return DoctorFinding.Missing(Name, $"{endpoint}: {DockerFailure.Explain(exception, endpoint)}", "Mend what is named here, then try again.");
        }
    }

    private static async ValueTask<DoctorFinding?> TryBoxAsync(ServerConfiguration configuration, CancellationToken cancellationToken)
    {
        if (FindTemplate(configuration) is not { } template) return null;

        var probe = new OciProbe(configuration.Oci, TimeProvider.System, NullLogger<OciRuntime>.Instance);
        var probed = await probe.RunAsync(template, cancellationToken);
        return probed switch
        {
            { Host: null } => DoctorFinding.Missing("Box", probed.Summary, "Mend what is named here, then try again."),
            { Warnings: [var warning, ..] } => DoctorFinding.Warning("Box", warning),
            _ => DoctorFinding.Ok("Box", probed.Summary),
        };
    }

    private static Template? FindTemplate(ServerConfiguration configuration)
    {
        try
        {
            var definition = TemplateCatalog.Load(configuration.Paths.TemplatesDirectory).Definitions.First(known => known.Name == configuration.Sessions.Template);
            return new TemplateBuilder(configuration.Templates, TimeProvider.System).Find(definition);
        }
        catch (Exception exception) when (exception is TemplateException or InvalidOperationException)
        {
            return null;   // another check has said so
        }
    }
}
