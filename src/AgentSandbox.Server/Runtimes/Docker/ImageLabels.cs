using Docker.DotNet.Models;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>How our images are told from others.</summary>
internal static class ImageLabels
{
    /// <summary>What all our labels begin with. An operator's image has none of them, or could pass for ours.</summary>
    public const string Prefix = "agent-sandbox.";

    /// <summary>On an image: the template that it is.</summary>
    public const string Template = Prefix + "template";

    /// <summary>On an image: how and what from it was made. When that is another now, the image is made again.</summary>
    public const string Source = Prefix + "source";

    /// <summary>To be raised when the same source shall give another image than before.</summary>
    private const string Layout = "2:";

    /// <summary>Finds all images of ours.</summary>
    public static IDictionary<string, IDictionary<string, bool>> Filter { get; } =
        new Dictionary<string, IDictionary<string, bool>>(StringComparer.Ordinal)
        {
            ["label"] = new Dictionary<string, bool>(StringComparer.Ordinal) { [Template] = true },
        };

    public static Dictionary<string, string> For(string template, string source) => new(StringComparer.Ordinal)
    {
        [Template] = template,
        [Source] = Layout + source,
    };

    /// <summary>What an image was made from; null when it was not made as it would be now.</summary>
    public static string? SourceOf(ImageInspectResponse image) =>
        image.Config?.Labels is { } labels && labels.TryGetValue(Source, out var source) && source.StartsWith(Layout, StringComparison.Ordinal)
            ? source[Layout.Length..]
            : null;
}
