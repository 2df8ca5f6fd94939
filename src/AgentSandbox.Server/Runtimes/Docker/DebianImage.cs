using AgentSandbox.Server.Templates;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>
/// Debian as an image: imported from the root file system that the <c>oci</c> runtime uses, if this machine has or can build
/// it; else the engine has to build it.
/// </summary>
internal sealed partial class DebianImage(IDockerClient client, string engine, TemplateBuilder templates, string dockerfile, ILogger logger)
{
    /// <summary>As the source of an image: the root file system that has been built here.</summary>
    private const string ImportedRoot = "root";

    private readonly ImageBuild _build = new(client, templates.Options, dockerfile);

    /// <summary>Whether an image of the right name is the one that would be made now.</summary>
    public bool IsCurrent(ImageInspectResponse image) =>
        ImageLabels.SourceOf(image) is { } source && (source is ImportedRoot || source == _build.Source);

    /// <exception cref="TemplateException">Neither this machine nor the engine could; the message says what both lack.</exception>
    public async Task MakeAsync(
        TemplateDefinition definition, TemplateSource.Debian debian, ImageName name, IProgress<TemplateProgress> progress, CancellationToken cancellationToken)
    {
        var obstacle = "mmdebstrap is not installed (apt-get install mmdebstrap debian-archive-keyring).";
        if (DebianBootstrap.IsInstalled || templates.Find(definition) is not null)
        {
            try
            {
                await ImportAsync(await templates.BuildAsync(definition, progress, cancellationToken), name, cancellationToken);
                return;
            }
            catch (TemplateException failure)
            {
                obstacle = failure.Message;
            }
        }

        Log.Building(logger, definition.Name, engine, obstacle);
        try
        {
            await _build.RunAsync(definition, debian, name, line => Log.Said(logger, engine, line), cancellationToken);
        }
        catch (TemplateException failure)
        {
            throw new TemplateException($"Template {definition.Name} could be made neither here nor by {engine}.\nHere: {obstacle}\nThere: {failure.Message}", failure);
        }
    }

    private Task ImportAsync(Template built, ImageName name, CancellationToken cancellationToken)
    {
        Log.Importing(logger, built.Name, built.RootPath!, engine);
        return TarPipe.SendAsync(
            new RootTar(built.RootPath!, templates.Options.GuestFile).WriteAsync,
            tar => ImageImport.RunAsync(client, tar, name, ImageLabels.For(built.Name, ImportedRoot), cancellationToken));
    }

    private static partial class Log
    {
        [LoggerMessage(3150, LogLevel.Information, "Template {Template}: importing {RootPath} into {Engine}.")]
        public static partial void Importing(ILogger logger, string template, string rootPath, string engine);

        [LoggerMessage(3151, LogLevel.Information, "Template {Template}: {Engine} builds it, because it cannot be built here: {Obstacle}")]
        public static partial void Building(ILogger logger, string template, string engine, string obstacle);

        [LoggerMessage(3152, LogLevel.Information, "{Engine}: {Line}")]
        public static partial void Said(ILogger logger, string engine, string line);
    }
}
