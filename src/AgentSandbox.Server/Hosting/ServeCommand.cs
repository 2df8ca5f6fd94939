using System.Runtime.InteropServices;
using AgentSandbox.Server.Configuration;
using AgentSandbox.Server.Observability;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Hosting;

/// <summary>Runs the server. Templates first, because the runtime proves itself with a real box of one; then the server around both.</summary>
internal static partial class ServeCommand
{
    public static async Task<int> RunAsync(ServerConfiguration configuration)
    {
        using var logs = LoggerFactory.Create(logging => logging.AddLogs(configuration.LogLevel));
        foreach (var name in configuration.IgnoredVariables) Log.Ignored(logs.CreateLogger(nameof(ServeCommand)), name);
        var templates = LoadTemplates(configuration);
        var builder = new TemplateBuilder(configuration.Templates, TimeProvider.System);
        await using var runtime = await new RuntimeSelector(configuration, templates, builder, TimeProvider.System, logs).SelectAsync(CancellationToken.None);
        await runtime.PurgeAsync(CancellationToken.None);
        await builder.PruneAsync(templates.Definitions, isInUse: _ => false, CancellationToken.None);

        await using var app = Program.Build(configuration, templates, runtime);
        // A closed terminal is a wish to stop like any other.
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            app.Lifetime.StopApplication();
        });
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.StopAsync();           // what had started must not go on: the pool would still boot
            throw;
        }

        await app.WaitForShutdownAsync();
        return 0;
    }

    /// <exception cref="TemplateException">A definition is not valid.</exception>
    /// <exception cref="ConfigurationException">There is none for the default template.</exception>
    public static TemplateCatalog LoadTemplates(ServerConfiguration configuration)
    {
        var templates = TemplateCatalog.Load(configuration.Paths.TemplatesDirectory);
        if (templates.IsDefined(configuration.Sessions.Template)) return templates;

        var known = string.Join(", ", templates.Definitions.Select(definition => definition.Name));
        throw new ConfigurationException([$"DEFAULT_TEMPLATE is '{configuration.Sessions.Template}', but must be one of {known}."]);
    }

    private static partial class Log
    {
        [LoggerMessage(2003, LogLevel.Warning, "{Variable} is set, but has no effect in this version.")]
        public static partial void Ignored(ILogger logger, string variable);
    }
}
