namespace AgentSandbox.Server.Templates;

/// <summary>
/// Builds a template in two stages, each kept under the hash of what went into it: the <em>base</em>, which is Debian and
/// takes a minute and the network, and the <em>root</em>, which is the base with our guest and agents on top and takes a
/// second. A second start finds both and only hashes. Thread-safe, also between servers on one store.
/// </summary>
internal sealed class TemplateBuilder(TemplateOptions options, TimeProvider time)
{
    private readonly TemplateStore _store = new(options.StorePath, time);

    public TemplateOptions Options => options;

    /// <summary>The template as it is built already, or null. Cheap: it hashes the guest and the agents.</summary>
    /// <exception cref="TemplateException">The guest or the agents are missing.</exception>
    public Template? Find(TemplateDefinition definition)
    {
        var template = Describe(definition);
        return Directory.Exists(template.RootPath) ? template : null;
    }

    /// <summary>What the template is, or will be once it is built; without a root file system when it is made from an image.</summary>
    /// <exception cref="TemplateException">The guest or the agents are missing.</exception>
    public Template Describe(TemplateDefinition definition) => Describe(definition, AgentFiles.List(options.AgentsPath));

    /// <summary>Builds what is missing of a root file system.</summary>
    /// <exception cref="TemplateException">It could not be built; the message says what to do.</exception>
    public async Task<Template> BuildAsync(
        TemplateDefinition definition, IProgress<TemplateProgress> progress, CancellationToken cancellationToken)
    {
        if (definition.Source is not TemplateSource.Debian debian)
            throw new TemplateException($"Template {definition.Name} is made from an image, which only Docker can unpack: it needs RUNTIME=docker.");
        if (Find(definition) is { } built) return built;

        void Report(string step, int percent) => progress.Report(new TemplateProgress(definition.Name, step, percent));

        using var _ = await _store.LockAsync(() => Report("waiting for another server that builds", 0), cancellationToken);
        var agents = AgentFiles.List(options.AgentsPath);
        var template = Describe(definition, agents);
        if (Directory.Exists(template.RootPath)) return template;

        var basePath = _store.BasePath(TemplateVersion.OfBase(debian));
        if (!Directory.Exists(basePath)) await BuildBaseAsync(debian, basePath, Report, cancellationToken);

        Report("adding the guest and the agents", 97);
        await _store.PublishAsync(
            template.RootPath!,
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
            .SelectMany(definition => PathsOf(definition, agents))
            .ToHashSet(StringComparer.Ordinal);
        _store.Prune(kept, isInUse);
    }

    private Task BuildBaseAsync(
        TemplateSource.Debian debian, string basePath, Action<string, int> report, CancellationToken cancellationToken)
    {
        return _store.PublishAsync(
            basePath,
            async root =>
            {
                Directory.CreateDirectory(root);
                var scratch = Directory.GetParent(root)!.FullName;
                await new DebianBootstrap(debian, options.Mirror).RunAsync(root, scratch, report, cancellationToken);
                RootAccounts.Write(root);
            },
            cancellationToken);
    }

    private Template Describe(TemplateDefinition definition, IReadOnlyList<AgentFile> agents)
    {
        if (!File.Exists(options.GuestFile)) throw new TemplateException($"{options.GuestFile}: the guest is missing: './run build' makes it.");

        var version = TemplateVersion.Of(definition, options.GuestFile, agents);
        var rootPath = definition.Source is TemplateSource.Debian ? _store.RootPath(definition.Name, version) : null;
        return new Template(definition.Name, version, rootPath, definition.Environment, definition.Shell);
    }

    private IEnumerable<string> PathsOf(TemplateDefinition definition, IReadOnlyList<AgentFile> agents) =>
        definition.Source is TemplateSource.Debian debian
            ? [_store.BasePath(TemplateVersion.OfBase(debian)), Describe(definition, agents).RootPath!]
            : [];
}
