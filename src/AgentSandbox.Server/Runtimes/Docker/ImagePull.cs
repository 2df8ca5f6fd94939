using System.Net;
using AgentSandbox.Server.Templates;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>Finds an operator's image on an engine, or has the engine pull it.</summary>
internal sealed partial class ImagePull(IDockerClient client, string engine, ILogger logger)
{
    /// <exception cref="TemplateException">The engine has none and cannot pull it; the message has its words.</exception>
    public async Task<ImageInspectResponse> EnsureAsync(string template, ImageReference reference, CancellationToken cancellationToken)
    {
        if (await client.TryInspectAsync(reference.Text, cancellationToken) is { } found) return found;

        Log.Pulling(logger, template, reference.ToString(), engine);
        var messages = new EngineMessages();
        try
        {
            await client.Images.CreateImageAsync(new ImagesCreateParameters { FromImage = reference.Text }, new AuthConfig(), messages, cancellationToken);
        }
        catch (DockerApiException refusal)
        {
            throw Unknown(EngineMessages.WordsOf(refusal), refusal);
        }

        if (messages.Failure is { } words) throw Unknown(words);
        return await client.TryInspectAsync(reference.Text, cancellationToken) ?? throw Unknown("it has pulled something else");

        TemplateException Unknown(string said, Exception? cause = null) => new(
            $"Template {template}: {engine} has no image '{reference}' and could not pull it: {said}. "
            + "Correct the name in the template, or pull, load or import the image on that engine yourself.",
            cause);
    }

    private static partial class Log
    {
        [LoggerMessage(3154, LogLevel.Information, "Template {Template}: pulling {Image} to {Engine}.")]
        public static partial void Pulling(ILogger logger, string template, string image, string engine);
    }
}

internal static class ImageInspection
{
    /// <summary>Null when the engine has no such image.</summary>
    public static async Task<ImageInspectResponse?> TryInspectAsync(this IDockerClient client, string reference, CancellationToken cancellationToken)
    {
        try
        {
            return await client.Images.InspectImageAsync(reference, cancellationToken);
        }
        catch (DockerApiException refusal) when (refusal.StatusCode is HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
