using AgentSandbox.Server.Configuration;
using AgentSandbox.Server.Doctor;
using AgentSandbox.Server.Runtimes.Oci;
using AgentSandbox.Server.Templates;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentSandbox.Server.Hosting;

/// <summary><c>./run doctor</c>: the doctor's checks, and where a template is built already, a trial with a real box.</summary>
internal static class ExamineCommand
{
    public static Task<int> RunAsync(ServerConfiguration configuration, bool asJson)
    {
        var paths = configuration.Paths;
        var context = new DoctorContext(
            DoctorHost.Local(), paths.DataDirectory, configuration.Port, paths.PageDirectory, paths.TemplatesDirectory, configuration.Templates)
        {
            TemplateName = configuration.Sessions.Template,
        };
        return DoctorCommand.RunAsync(context, [cancellationToken => TryBoxAsync(configuration, cancellationToken)], asJson, Console.Out, CancellationToken.None);
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
