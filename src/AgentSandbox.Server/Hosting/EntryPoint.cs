using AgentSandbox.Server.Configuration;
using AgentSandbox.Server.Observability;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Oci;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Hosting;

/// <summary>
/// What the process does with its command line: <c>doctor</c> examines the host; without a word the server runs. Every
/// failure to start is a plain text for the operator and exit code 1, never a stack trace.
/// </summary>
internal static class EntryPoint
{
    public static async Task<int> RunAsync(string[] args, Func<ServerConfiguration, TemplateCatalog, ISandboxRuntime, WebApplication> build)
    {
        try
        {
            var configuration = ServerConfiguration.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
            return args switch
            {
                [] => await ServeAsync(configuration, build),
                ["template", .. var names] => await TemplateCommand.RunAsync(
                    configuration.Templates, configuration.Paths.TemplatesDirectory, names, Console.Out, CancellationToken.None),
                ["doctor"] => await DoctorAsync(configuration),
                _ => Fail($"Unknown argument '{args[0]}'. Give none to start the server, or one of: doctor, template"),
            };
        }
        catch (ConfigurationException exception)
        {
            return Fail($"The configuration is not valid:{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", exception.Errors)}");
        }
        catch (Exception exception) when (exception is SandboxRuntimeException or TemplateException)
        {
            return Fail(exception.Message);
        }
        catch (IOException exception) when (exception.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            return Fail($"{exception.Message} Set PORT to a free one.");
        }
    }

    /// <summary>Templates first, because the runtime proves itself with a real box of one; then the server around both.</summary>
    private static async Task<int> ServeAsync(
        ServerConfiguration configuration, Func<ServerConfiguration, TemplateCatalog, ISandboxRuntime, WebApplication> build)
    {
        using var logs = LoggerFactory.Create(logging => logging.AddLogs(configuration.LogLevel));
        var builder = new TemplateBuilder(configuration.Templates, TimeProvider.System);
        var templates = await BuildTemplatesAsync(configuration, builder);
        var template = templates.Find(configuration.Sessions.Template)!;
        await using var runtime = await OciRuntime.CreateAsync(configuration.Oci, template, TimeProvider.System, logs, CancellationToken.None);
        await runtime.PurgeAsync(CancellationToken.None);
        await builder.PruneAsync(templates.Definitions, isInUse: _ => false, CancellationToken.None);
        await using var app = build(configuration, templates, runtime);
        await app.RunAsync();
        return 0;
    }

    private static async Task<TemplateCatalog> BuildTemplatesAsync(ServerConfiguration configuration, TemplateBuilder builder)
    {
        var templates = TemplateCatalog.Load(configuration.Paths.TemplatesDirectory);
        if (templates.Definitions.All(definition => definition.Name != configuration.Sessions.Template))
        {
            var known = string.Join(", ", templates.Definitions.Select(definition => definition.Name));
            throw new ConfigurationException([$"DEFAULT_TEMPLATE is '{configuration.Sessions.Template}', but must be one of {known}."]);
        }

        foreach (var definition in templates.Definitions)
        {
            templates.Add(await builder.BuildAsync(definition, new TemplateProgressWriter(Console.Error), CancellationToken.None));
        }

        return templates;
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return 1;
    }
}
