using System.Collections.Concurrent;
using System.Net;
using AgentSandbox.Server.Templates;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>
/// The templates as images of one engine. Each is called after its content, so one that is there already is only found.
/// Thread-safe; what it made stays on the engine until <see cref="PruneAsync"/> finds it unwanted.
/// </summary>
/// <param name="engine">What logs and messages call it.</param>
/// <param name="dockerfile">How an engine builds Debian by itself.</param>
internal sealed partial class DockerImages(IDockerClient client, string engine, TemplateBuilder templates, string dockerfile, ILogger<DockerImages> logger)
{
    /// <summary>Images are large: one at a time, on whatever engine, loads disk and network enough.</summary>
    private static readonly SemaphoreSlim Turn = new(1);

    private readonly DebianImage _debian = new(client, engine, templates, dockerfile, logger);
    private readonly ImagePull _pull = new(client, engine, logger);
    private readonly ImageDerivation _derivation = new(client, templates.Options);
    private readonly GvisorImage _gvisor = new(client, templates.Options);
    private readonly ConcurrentDictionary<ImageName, DockerImage> _ready = new();

    /// <summary>The image of a template, for an isolation, that has been ensured on this engine. Asks nobody.</summary>
    public DockerImage? Find(Template template, string isolation)
    {
        var plain = ImageName.Of(template);
        return _ready.GetValueOrDefault(isolation is RuntimeCapabilities.Gvisor ? GvisorImage.NameOf(plain) : plain);
    }

    /// <summary>Makes what is missing on the engine; safe to repeat, and quick when nothing is missing.</summary>
    /// <param name="withGvisor">Whether the engine has gVisor, which needs one of its own.</param>
    /// <returns>The template without a root file system on this machine, and with the image's variables under its own.</returns>
    /// <exception cref="TemplateException">It could not be made; the message says what to do. Nothing half-made is left.</exception>
    public async Task<Template> EnsureAsync(
        TemplateDefinition definition, IProgress<TemplateProgress> progress, bool withGvisor, CancellationToken cancellationToken)
    {
        try
        {
            var template = templates.Describe(definition) with { RootPath = null };
            return definition.Source switch
            {
                TemplateSource.Debian debian => await EnsureDebianAsync(definition, debian, template, progress, withGvisor, cancellationToken),
                TemplateSource.Image image => await EnsureDerivedAsync(definition, image.Reference, template, withGvisor, cancellationToken),
                _ => throw new ArgumentOutOfRangeException(nameof(definition), definition.Source, null),
            };
        }
        catch (DockerApiException refusal)
        {
            throw new TemplateException($"Template {definition.Name} could not be made on {engine}: {EngineMessages.WordsOf(refusal)}", refusal);
        }
    }

    /// <summary>
    /// Removes images of ours that were not ensured in this life and that no container uses, and what a life that was cut
    /// short has left of making one.
    /// </summary>
    public async Task PruneAsync(CancellationToken cancellationToken)
    {
        await ImageContainer.PruneAsync(client, cancellationToken);

        var ours = await client.Images.ListImagesAsync(new ImagesListParameters { Filters = ImageLabels.Filter }, cancellationToken);
        foreach (var name in ours.SelectMany(FindUnwanted).OrderByDescending(GvisorImage.Is)) await TryRemoveAsync(name, cancellationToken);
    }

    private async Task<Template> EnsureDebianAsync(
        TemplateDefinition definition, TemplateSource.Debian debian, Template template, IProgress<TemplateProgress> progress, bool withGvisor, CancellationToken cancellationToken)
    {
        var name = ImageName.Of(template);
        var image = await client.TryInspectAsync(name.ToString(), cancellationToken);
        if (image is null || !_debian.IsCurrent(image))
        {
            await InTurnAsync(() => _debian.MakeAsync(definition, debian, name, progress, cancellationToken), cancellationToken);
            image = await InspectMadeAsync(name, cancellationToken);
        }

        await KeepAsync(name, image, template.Name, withGvisor, cancellationToken);
        return template;
    }

    private async Task<Template> EnsureDerivedAsync(
        TemplateDefinition definition, ImageReference reference, Template template, bool withGvisor, CancellationToken cancellationToken)
    {
        var source = await _pull.EnsureAsync(definition.Name, reference, cancellationToken);
        var name = ImageName.Of(template);
        var image = await client.TryInspectAsync(name.ToString(), cancellationToken);
        if (image is null || ImageLabels.SourceOf(image) != source.ID)
        {
            Log.Deriving(logger, definition.Name, reference.ToString(), engine);
            await InTurnAsync(() => _derivation.RunAsync(source, definition, name, cancellationToken), cancellationToken);
            image = await InspectMadeAsync(name, cancellationToken);
        }

        await KeepAsync(name, image, template.Name, withGvisor, cancellationToken);
        return template with { Environment = ImageEnvironment.Merge(source, definition.Environment) };
    }

    private static async Task InTurnAsync(Func<Task> make, CancellationToken cancellationToken)
    {
        await Turn.WaitAsync(cancellationToken);
        try
        {
            await make();
        }
        finally
        {
            Turn.Release();
        }
    }

    private async Task<ImageInspectResponse> InspectMadeAsync(ImageName name, CancellationToken cancellationToken) =>
        await client.TryInspectAsync(name.ToString(), cancellationToken)
        ?? throw new TemplateException($"{engine} says that it has made {name}, but does not have it.");

    private async Task KeepAsync(ImageName name, ImageInspectResponse image, string template, bool withGvisor, CancellationToken cancellationToken)
    {
        if (withGvisor)
        {
            await InTurnAsync(() => _gvisor.EnsureAsync(template, name, image, cancellationToken), cancellationToken);
            Remember(GvisorImage.NameOf(name), image);
        }

        Remember(name, image);
    }

    private void Remember(ImageName name, ImageInspectResponse image) =>
        _ready[name] = new DockerImage(name.ToString(), ImageEnvironment.NamesOf(image));

    /// <summary>
    /// What to remove of an image. Whatever an operator has built on one of ours inherits our labels: it is told by its own
    /// name. One that has lost its name to a newer one has only its id.
    /// </summary>
    private IEnumerable<string> FindUnwanted(ImagesListResponse image)
    {
        var names = (image.RepoTags ?? []).Where(name => name is not "<none>:<none>").ToList();
        if (names.Count == 0) return [image.ID];

        var wanted = _ready.Values.Select(ready => ready.Reference);
        return names.Where(name => ImageName.FindIn(name) is { } ours && !wanted.Contains(ours, StringComparer.Ordinal));
    }

    private async Task TryRemoveAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await client.Images.DeleteImageAsync(name, new ImageDeleteParameters(), cancellationToken);
            Log.Removed(logger, name, engine);
        }
        catch (DockerApiException refusal) when (refusal.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound)
        {
            // A container or another image needs it, or it is gone already.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3153, LogLevel.Information, "Template {Template}: adding the guest and the agents to {Image} on {Engine}.")]
        public static partial void Deriving(ILogger logger, string template, string image, string engine);

        [LoggerMessage(3155, LogLevel.Information, "Removed the old image {Image} from {Engine}.")]
        public static partial void Removed(ILogger logger, string image, string engine);
    }
}
