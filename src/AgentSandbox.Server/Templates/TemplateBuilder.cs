namespace AgentSandbox.Server.Templates;

/// <summary>
/// Builds a template in two stages, each kept under the hash of what went into it: the <em>base</em>, which is Debian and
/// takes a minute and the network, and the <em>root</em>, which is the base with our guest and agents on top and takes a
/// second. A second start finds both and only hashes. Thread-safe, also between servers on one store.
/// </summary>
internal sealed class TemplateBuilder(TemplateOptions options, TimeProvider time)
{
    /// <summary>To be raised when the same definition shall give another base or root than before.</summary>
    private const string BuilderVersion = "1";

    private readonly TemplateStore _store = new(options.StorePath, time);

    /// <summary>The template as it is built already, or null. Cheap: it hashes the guest and the agents.</summary>
    /// <exception cref="TemplateException">The guest or the agents are missing.</exception>
    public Template? Find(TemplateDefinition definition)
    {
        var template = Describe(definition);
        return Directory.Exists(template.RootPath) ? template : null;
    }

    /// <summary>What the template is, or will be once it is built.</summary>
    /// <exception cref="TemplateException">The guest or the agents are missing.</exception>
    public Template Describe(TemplateDefinition definition) => Describe(definition, AgentFiles.List(options.AgentsPath));

    /// <summary>Builds what is missing.</summary>
    /// <exception cref="TemplateException">It could not be built; the message says what to do.</exception>
    public async Task<Template> BuildAsync(
        TemplateDefinition definition, IProgress<TemplateProgress> progress, CancellationToken cancellationToken)
    {
        if (Find(definition) is { } built) return built;

        void Report(string step, int percent) => progress.Report(new TemplateProgress(definition.Name, step, percent));

        using var _ = await _store.LockAsync(() => Report("waiting for another server that builds", 0), cancellationToken);
        var agents = AgentFiles.List(options.AgentsPath);
        var template = Describe(definition, agents);
        if (Directory.Exists(template.RootPath)) return template;

        var basePath = _store.BasePath(HashBase(definition));
        if (!Directory.Exists(basePath)) await BuildBaseAsync(definition, basePath, Report, cancellationToken);

        Report("adding the guest and the agents", 97);
        await _store.PublishAsync(
            template.RootPath,
            root => RootLayer.BuildAsync(basePath, root, options, agents, cancellationToken),
            cancellationToken);
        Report("ready", 100);
        return template;
    }

    /// <summary>Removes what earlier definitions, guests and agents have left.</summary>
    /// <param name="isInUse">Whether a live box still has this root file system.</param>
    public async Task PruneAsync(
        IEnumerable<TemplateDefinition> current, Predicate<string> isInUse, CancellationToken cancellationToken)
    {
        using var _ = await _store.LockAsync(() => { }, cancellationToken);
        var agents = AgentFiles.List(options.AgentsPath);
        var kept = current
            .SelectMany(definition => new[] { _store.BasePath(HashBase(definition)), Describe(definition, agents).RootPath })
            .ToHashSet(StringComparer.Ordinal);
        _store.Prune(kept, isInUse);
    }

    private Task BuildBaseAsync(
        TemplateDefinition definition, string basePath, Action<string, int> report, CancellationToken cancellationToken)
    {
        return _store.PublishAsync(
            basePath,
            async root =>
            {
                Directory.CreateDirectory(root);
                var scratch = Directory.GetParent(root)!.FullName;
                await new DebianBootstrap(definition, options.Mirror).RunAsync(root, scratch, report, cancellationToken);
                RootAccounts.Write(root);
            },
            cancellationToken);
    }

    private Template Describe(TemplateDefinition definition, IReadOnlyList<AgentFile> agents)
    {
        if (!File.Exists(options.GuestFile)) throw new TemplateException($"{options.GuestFile}: the guest is missing: './run build' makes it.");

        var version = HashRoot(definition, agents);
        return new Template(definition.Name, version, _store.RootPath(definition.Name, version), definition.Environment, definition.Shell);
    }

    private static string HashBase(TemplateDefinition definition)
    {
        using var hash = new ContentHash();
        return hash
            .Add(BuilderVersion)
            .Add(RootOwner.IsShifted ? $"owned by {RootOwner.HostIdBase}" : "own")
            .Add(definition.Suite)
            .Add(definition.Packages.Order(StringComparer.Ordinal))
            .Finish();
    }

    private string HashRoot(TemplateDefinition definition, IReadOnlyList<AgentFile> agents)
    {
        using var hash = new ContentHash();
        hash.Add(HashBase(definition))
            .Add(definition.Environment.OrderBy(variable => variable.Key, StringComparer.Ordinal).SelectMany(variable => new[] { variable.Key, variable.Value }))
            .Add(definition.Shell)
            .AddFile(options.GuestFile);
        foreach (var agent in agents) hash.Add(agent.RelativePath).Add(agent.IsExecutable ? "x" : "-").AddFile(agent.FullPath);
        return hash.Finish();
    }
}
