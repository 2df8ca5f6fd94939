using System.Globalization;
using AgentSandbox.Server.Templates;
using Docker.DotNet.Models;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>
/// Opens the <c>docker</c> runtime: meets each engine, sees that it can do what a box needs, and gives it the templates. An
/// engine that does not answer is waited for beside the others; one that never answered is no reason not to start, as long as
/// another does. One that comes back goes through the same steps before a box is placed on it.
/// </summary>
/// <param name="dockerfile">How an engine builds the templates that this machine cannot.</param>
internal sealed partial class DockerOpener(
    DockerOptions options, TemplateCatalog templates, TemplateBuilder builder, string defaultTemplate, string dockerfile, TimeProvider time, ILoggerFactory logs)
{
    private const int FirstThatKeeps = 25;
    private const string PlainRuntime = "runc";
    private const string Podman = "Podman";
    private const string ContainerdShim = "io.containerd.";

    private readonly ILogger _logger = logs.CreateLogger<DockerRuntime>();

    /// <returns>The runtime, and one line that says what it found.</returns>
    /// <exception cref="SandboxRuntimeException">No engine can be used; the message says why for each of them.</exception>
    public async Task<(DockerRuntime Runtime, string Summary)> OpenAsync(CancellationToken cancellationToken)
    {
        await using var undo = new Rollback();
        var state = DockerState.Open(options.StateDirectory);
        undo.Add(state.Dispose);

        var summaries = new Dictionary<DockerEngine, string>();
        var failures = new List<Exception>();
        var engines = options.Endpoints.Select(endpoint => Meet(endpoint, state)).ToList();
        foreach (var engine in engines)
        {
            undo.Add(engine.DisposeAsync);
            try
            {
                summaries.Add(engine, await PrepareAsync(engine, cancellationToken));
            }
            catch (Exception exception) when (exception is SandboxRuntimeException or TemplateException)
            {
                failures.Add(exception);
            }
        }

        if (summaries.Count == 0) throw new SandboxRuntimeException(string.Join('\n', failures.Select(failure => failure.Message)), failures[0]);
        failures.ForEach(failure => Log.LeftOut(_logger, failure.Message));

        var runtime = new DockerRuntime(options, state, engines, time, logs.CreateLogger<DockerRuntime>());
        foreach (var engine in engines)
        {
            engine.Watch(token => ReturnAsync(runtime, engine, token), token => runtime.TidyAsync(engine, token), isPrepared: summaries.ContainsKey(engine));
        }

        undo.Commit();
        return (runtime, string.Join("; ", summaries.Values));
    }

    private DockerEngine Meet(DockerEndpoint endpoint, DockerState state)
    {
        if (endpoint is { Address: { Scheme: "tcp", IsLoopback: false }, TlsDirectory: null }) Log.NotEncrypted(_logger, endpoint.ToString());
        var client = DockerConnector.Create(endpoint);
        var images = new DockerImages(client, endpoint.ToString(), builder, dockerfile, logs.CreateLogger<DockerImages>());
        return new DockerEngine(endpoint, client, images, state.ServerName, options, time, _logger);
    }

    private async Task ReturnAsync(DockerRuntime runtime, DockerEngine engine, CancellationToken cancellationToken)
    {
        try
        {
            await PrepareAsync(engine, cancellationToken);
            await runtime.TidyAsync(engine, cancellationToken);
            await runtime.ExamineAsync(engine, cancellationToken);
        }
        catch (TemplateException exception)
        {
            throw new SandboxRuntimeException(exception.Message, exception);
        }
    }

    private async Task<string> PrepareAsync(DockerEngine engine, CancellationToken cancellationToken)
    {
        var info = await engine.InspectAsync(cancellationToken);
        EnsureLimitsAreEnforced(engine, info);
        engine.Traits = await DescribeAsync(engine, info, cancellationToken);
        foreach (var definition in templates.Definitions)
        {
            try
            {
                var template = await engine.EnsureImageAsync(definition, cancellationToken);
                // One and the same for all engines, and when one comes back: ready boxes are found by it.
                if (templates.Find(template.Name)?.Version != template.Version) templates.Add(template);
            }
            catch (TemplateException exception) when (definition.Name != defaultTemplate)
            {
                Log.NoTemplate(_logger, definition.Name, exception.Message);
            }
        }

        await engine.PruneImagesAsync(cancellationToken);
        return $"Docker {info.ServerVersion} at {engine.Endpoint}, cgroup v{info.CgroupVersion}, isolations {string.Join(", ", engine.Traits.Isolations.Keys)}";
    }

    private async Task<DockerTraits> DescribeAsync(DockerEngine engine, SystemInfoResponse info, CancellationToken cancellationToken)
    {
        var traits = new DockerTraits
        {
            Isolations = FindIsolations(info),
            RemovesWhatEnds = !(info.LiveRestoreEnabled && ForgetsToKeep(info.ServerVersion)),
            Kernel = info.KernelVersion,
            Users = info.SecurityOptions?.Any(RemapsUsers) is true ? HostUsers.Remapped : HostUsers.Shared,
        };
        var version = await engine.CallAsync("Asking for its version", engine.Client.System.GetVersionAsync, cancellationToken);
        if (version.Components?.Any(component => component.Name.StartsWith(Podman, StringComparison.Ordinal)) is not true) return traits;

        // Podman takes what Docker takes as a filter for the name of a file of its own machine.
        if (engine.Endpoint.Address.Scheme is not "unix")
            throw new SandboxRuntimeException($"{engine.Endpoint} is Podman, which can be given a system-call filter through a local socket only.");
        return traits with { Seccomp = WriteFilter(traits.Seccomp), KnowsTmpfsOwners = false };
    }

    /// <summary>Set up with <c>userns-remap</c>, or run by an ordinary user.</summary>
    private static bool RemapsUsers(string option) => option is "name=userns" or "name=rootless";

    private string WriteFilter(string filter)
    {
        var path = Path.Combine(options.StateDirectory, "seccomp.json");
        File.WriteAllText(path, filter);
        return path;
    }

    private void EnsureLimitsAreEnforced(DockerEngine engine, SystemInfoResponse info)
    {
        (bool Has, string Name)[] limits = [(info.MemoryLimit, "memory"), (info.CPUCfsQuota, "CPU"), (info.PidsLimit, "processes")];
        var missing = limits.Where(limit => !limit.Has).Select(limit => limit.Name).ToList();
        if (missing.Count == 0) return;

        var what = $"{engine.Endpoint} cannot limit the {string.Join(" and ", missing)} of a container";
        if (!options.AllowUnenforcedLimits)
            throw new SandboxRuntimeException($"{what}: its host lacks the cgroup controllers, or does not delegate them to the engine's user.");
        Log.Unenforced(_logger, what);
    }

    /// <summary>
    /// Before version 25 an engine that keeps its containers over a restart of its own removes those that were to be removed at
    /// their end, while they live (https://github.com/moby/moby/issues/46308). There the server alone removes them.
    /// </summary>
    internal static bool ForgetsToKeep(string? version) =>
        !int.TryParse(version?.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) || major < FirstThatKeeps;

    /// <summary>What the engine calls each isolation. The plain one is named, because an operator may have made another the default.</summary>
    private Dictionary<string, string?> FindIsolations(SystemInfoResponse info)
    {
        var runtimes = info.Runtimes ?? new Dictionary<string, RuntimeWithStatus>(StringComparer.Ordinal);
        var found = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            [RuntimeCapabilities.Standard] = runtimes.ContainsKey(PlainRuntime) ? PlainRuntime : null,
        };
        if (runtimes.ContainsKey(options.GvisorRuntime)) found[RuntimeCapabilities.Gvisor] = options.GvisorRuntime;
        // A containerd shim needs no entry in the engine's list.
        if (runtimes.ContainsKey(options.VmRuntime) || options.VmRuntime.StartsWith(ContainerdShim, StringComparison.Ordinal))
            found[RuntimeCapabilities.Vm] = options.VmRuntime;
        return found;
    }

    private static partial class Log
    {
        [LoggerMessage(3120, LogLevel.Warning, "A Docker host is left out until it can be used: {Reason}")]
        public static partial void LeftOut(ILogger logger, string reason);

        [LoggerMessage(3123, LogLevel.Warning, "{Endpoint} is spoken to without TLS: whoever is on the way is root on that machine. Add tls=DIRECTORY.")]
        public static partial void NotEncrypted(ILogger logger, string endpoint);

        [LoggerMessage(3121, LogLevel.Warning, "Template {Template} is not offered: {Reason}")]
        public static partial void NoTemplate(ILogger logger, string template, string reason);

        [LoggerMessage(3122, LogLevel.Warning, "Limits are NOT enforced, as ALLOW_UNENFORCED_LIMITS says: {What}.")]
        public static partial void Unenforced(ILogger logger, string what);
    }
}
