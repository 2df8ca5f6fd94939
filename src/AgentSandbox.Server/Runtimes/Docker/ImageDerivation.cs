using System.Runtime.InteropServices;
using AgentSandbox.Server.Templates;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>
/// Makes a template's image from an operator's: 1. what cannot be taken back from an image is left behind by copying its
/// files into a new one; 2. a container is made, never started; 3. <see cref="ImageLayer"/> is put into it; 4. it is
/// committed. Nothing but the new image is left, also when a step fails.
/// </summary>
internal sealed class ImageDerivation(IDockerClient client, TemplateOptions options)
{
    private const int MaxAccounts = 1 << 20;
    private static readonly string[] NamingFiles = ["/etc/passwd", "/etc/group", "/etc/nsswitch.conf"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task RunAsync(
        ImageInspectResponse source, TemplateDefinition definition, ImageName name, CancellationToken cancellationToken)
    {
        EnsureGuestRuns(source, definition.Name);
        if (IsStripped(source))
        {
            await CommitAsync(source.ID, source.ID, definition, name, cancellationToken);
            return;
        }

        var flat = name with { Tag = name.Tag + "-flat" };
        try
        {
            await FlattenAsync(source.ID, definition.Name, flat, cancellationToken);                             // 1
            await CommitAsync(flat.ToString(), source.ID, definition, name, cancellationToken);
        }
        finally
        {
            await RemoveTagAsync(flat);
        }
    }

    /// <summary>
    /// Whether the image has no volumes, which would be writable places without limit and hide our files, and no labels
    /// that only ours may have. A commit keeps both.
    /// </summary>
    private static bool IsStripped(ImageInspectResponse image) =>
        image.Config is not { } config
        || (config.Volumes is not { Count: > 0 }
            && !(config.Labels?.Keys ?? []).Any(label => label.StartsWith(ImageLabels.Prefix, StringComparison.Ordinal)));

    private static void EnsureGuestRuns(ImageInspectResponse image, string template)
    {
        var needed = RuntimeInformation.ProcessArchitecture is Architecture.X64 ? "amd64" : "arm64";
        if (image.Architecture is { Length: > 0 } other && !string.Equals(other, needed, StringComparison.Ordinal))
            throw new TemplateException($"Template {template}: the image is for {other}, but this server's guest runs on {needed} only.");
    }

    private async Task FlattenAsync(string image, string template, ImageName flat, CancellationToken cancellationToken)
    {
        await using var container = await ImageContainer.CreateAsync(client, image, cancellationToken);
        if (!await IsReadableAsync(container, cancellationToken))
            throw new TemplateException($"Template {template}: the image has volumes and cannot be copied without them, because {string.Join(" or ", NamingFiles)} is no plain file.");

        await using var files = await container.ExportAsync(cancellationToken);
        await ImageImport.RunAsync(client, files, flat, ImageLabels.For(template, image), cancellationToken);
    }

    private async Task CommitAsync(string image, string sourceId, TemplateDefinition definition, ImageName name, CancellationToken cancellationToken)
    {
        await using var container = await ImageContainer.CreateAsync(client, image, cancellationToken);                     // 2
        var layer = await DescribeAsync(container, definition, cancellationToken);
        await container.ExtractAsync(layer.WriteAsync, cancellationToken);                                                 // 3
        await container.CommitAsync(name.Repository, name.Tag, ImageLabels.For(definition.Name, sourceId), cancellationToken);    // 4
    }

    private async Task<ImageLayer> DescribeAsync(ImageContainer container, TemplateDefinition definition, CancellationToken cancellationToken)
    {
        var kept = await FindDirectoriesAsync(container, cancellationToken);
        var isReadable = kept.Contains("etc") && await IsReadableAsync(container, cancellationToken);
        return new ImageLayer
        {
            Kept = kept,
            Passwd = ImageAccounts.AddUser(await ReadAsync("/etc/passwd"), definition.Shell.FirstOrDefault("/bin/false")),
            Group = ImageAccounts.AddGroup(await ReadAsync("/etc/group")),
            GuestFile = options.GuestFile,
            Agents = AgentFiles.List(options.AgentsPath),
        };

        async Task<byte[]?> ReadAsync(string path) =>
            isReadable && await container.ExamineAsync(path, cancellationToken) is ImageFileKind.File
                ? await container.ReadFileAsync(path, MaxAccounts, cancellationToken)
                : null;
    }

    /// <summary>
    /// Whether an engine can be asked for content. Its archiver enters the image and has the C library look up the names of
    /// owners there: where one of these is a pipe, it waits for ever (Docker 20.10).
    /// </summary>
    private static async Task<bool> IsReadableAsync(ImageContainer container, CancellationToken cancellationToken)
    {
        foreach (var path in NamingFiles)
        {
            if (await container.ExamineAsync(path, cancellationToken) is not (ImageFileKind.File or ImageFileKind.Missing)) return false;
        }

        return true;
    }

    /// <summary>From the top down: below what is no directory there is nothing to look at, but perhaps a link's target.</summary>
    private static async Task<IReadOnlySet<string>> FindDirectoriesAsync(ImageContainer container, CancellationToken cancellationToken)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in ImageLayer.Examined)
        {
            var parent = Path.GetDirectoryName(name)!;
            if ((parent.Length == 0 || found.Contains(parent)) && await container.ExamineAsync("/" + name, cancellationToken) is ImageFileKind.Directory) found.Add(name);
        }

        return found;
    }

    /// <summary>Never throws: an image without a use is found by <see cref="DockerImages.PruneAsync"/>.</summary>
    private async Task RemoveTagAsync(ImageName name)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await client.Images.DeleteImageAsync(name.ToString(), new ImageDeleteParameters(), patience.Token);
        }
        catch (Exception exception) when (DockerFailure.Is(exception) || exception is OperationCanceledException)
        {
            // It was not made, or the engine does not answer.
        }
    }
}
