using AgentSandbox.Server.Templates;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>
/// A template's image once more, with a guest that can be read: gVisor reads what it runs as the box's user. Boxes of other
/// isolations get the image whose guest can only be executed, so that none of them holds a file open that another executes.
/// </summary>
internal sealed class GvisorImage(IDockerClient client, TemplateOptions options)
{
    private const string Suffix = "-gvisor";

    public static ImageName NameOf(ImageName plain) => plain with { Tag = plain.Tag + Suffix };

    /// <summary>Whether it is such an image, by its name: it must be removed before the one that it was made from.</summary>
    public static bool Is(string name) => name.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>Makes it where it is missing, or was made from another one.</summary>
    public async Task EnsureAsync(string template, ImageName plain, ImageInspectResponse source, CancellationToken cancellationToken)
    {
        var name = NameOf(plain);
        var label = "gvisor:" + source.ID;
        if (await client.TryInspectAsync(name.ToString(), cancellationToken) is { } image && ImageLabels.SourceOf(image) == label) return;

        await using var container = await ImageContainer.CreateAsync(client, source.ID, cancellationToken);
        await container.ExtractAsync(
            (tar, token) => ImageLayer.WriteGuestAsync(tar, options.GuestFile, Template.ReadableGuest, token), cancellationToken);
        await container.CommitAsync(name.Repository, name.Tag, ImageLabels.For(template, label), cancellationToken);
    }
}
