using AgentSandbox.Server.Configuration;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Docker;
using AgentSandbox.Server.Runtimes.Oci;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Hosting;

/// <summary>
/// Chooses how boxes are made on this host, by making one, and says in one log line which way and why. The rule, when
/// <c>RUNTIME</c> is <c>auto</c>:
/// <list type="number">
/// <item>docker, when the operator named an engine (<c>DOCKER_SOCKET</c> or <c>DOCKER_HOSTS</c>);</item>
/// <item>else oci, when a box starts that way;</item>
/// <item>else docker, when an engine answers at its usual place.</item>
/// </list>
/// </summary>
internal sealed partial class RuntimeSelector(
    ServerConfiguration configuration, TemplateCatalog templates, TemplateBuilder builder, TimeProvider time, ILoggerFactory logs)
{
    private readonly ILogger _logger = logs.CreateLogger<RuntimeSelector>();

    /// <summary>Builds the templates as the chosen runtime needs them, and adds them to the catalog.</summary>
    /// <exception cref="SandboxRuntimeException">No box can be made; the message says what the operator can do.</exception>
    /// <exception cref="TemplateException">The default template could not be built.</exception>
    public Task<ISandboxRuntime> SelectAsync(CancellationToken cancellationToken) => configuration.Runtime switch
    {
        ServerConfiguration.RuntimeOci => OpenOciAsync("as RUNTIME says", cancellationToken),
        ServerConfiguration.RuntimeDocker => OpenDockerAsync("as RUNTIME says", cancellationToken),
        _ when configuration.UsesEngine => OpenDockerAsync("because DOCKER_SOCKET or DOCKER_HOSTS is set", cancellationToken),
        _ => SelectByTrialAsync(cancellationToken),
    };

    private async Task<ISandboxRuntime> SelectByTrialAsync(CancellationToken cancellationToken)
    {
        Exception ociFailure;
        try
        {
            return await OpenOciAsync("because a box starts that way here, and no engine is set", cancellationToken);
        }
        catch (Exception exception) when (exception is SandboxRuntimeException or TemplateException)
        {
            ociFailure = exception;
        }

        try
        {
            return await OpenDockerAsync($"because boxes cannot be made without an engine here ({ociFailure.Message.TrimEnd('.')})", cancellationToken);
        }
        catch (Exception dockerFailure) when (dockerFailure is SandboxRuntimeException or TemplateException)
        {
            throw new SandboxRuntimeException($"{ociFailure.Message}\nNor is there a Docker Engine to use instead: {dockerFailure.Message}", dockerFailure);
        }
    }

    private async Task<ISandboxRuntime> OpenOciAsync(string why, CancellationToken cancellationToken)
    {
        var probe = new OciProbe(configuration.Oci, time, logs.CreateLogger<OciRuntime>());
        // What stands in the way already is said at once, not after the templates have been built.
        if (await probe.FindObstaclesAsync(cancellationToken) is { } obstacles) throw new SandboxRuntimeException(obstacles.Summary);

        await BuildRootsAsync(cancellationToken);
        var probed = await probe.RunAsync(templates.Find(configuration.Sessions.Template)!, cancellationToken);
        foreach (var warning in probed.Warnings) Log.Warned(_logger, warning);
        if (probed.Host is not { } host) throw new SandboxRuntimeException(probed.Summary);

        Log.Selected(_logger, "oci", why, probed.Summary);
        return new OciRuntime(configuration.Oci, host, time, logs.CreateLogger<OciRuntime>());
    }

    private async Task<ISandboxRuntime> OpenDockerAsync(string why, CancellationToken cancellationToken)
    {
        if (configuration.Oci.ProcMode is ProcMode.Strict)
            throw new SandboxRuntimeException("PROC_MODE is strict, but no Docker Engine can give a container such a /proc. Use RUNTIME=oci, or leave PROC_MODE at compat.");

        var dockerfile = Path.Combine(configuration.Paths.TemplatesDirectory, "Dockerfile");
        var opener = new DockerOpener(configuration.Docker, templates, builder, configuration.Sessions.Template, dockerfile, time, logs);
        var (runtime, summary) = await opener.OpenAsync(cancellationToken);
        Log.Selected(_logger, runtime.Name, why, summary);
        return runtime;
    }

    /// <summary>Templates that are made from images are left out, but for the default one, whose failure tells what to do.</summary>
    private async Task BuildRootsAsync(CancellationToken cancellationToken)
    {
        var progress = new TemplateProgressWriter(Console.Error);
        foreach (var definition in templates.Definitions)
        {
            if (definition.Source is TemplateSource.Debian || definition.Name == configuration.Sessions.Template)
                templates.Add(await builder.BuildAsync(definition, progress, cancellationToken));
            else
                Log.NeedsDocker(_logger, definition.Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2300, LogLevel.Information, "Runtime {Runtime}, {Why}: {Summary}")]
        public static partial void Selected(ILogger logger, string runtime, string why, string summary);

        [LoggerMessage(2302, LogLevel.Warning, "Template {Template} is made from an image: it is offered with RUNTIME=docker only.")]
        public static partial void NeedsDocker(ILogger logger, string template);

        [LoggerMessage(2301, LogLevel.Warning, "Runtime: {Warning}")]
        public static partial void Warned(ILogger logger, string warning);
    }
}
