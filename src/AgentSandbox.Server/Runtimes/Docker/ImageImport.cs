using System.Net.Sockets;
using AgentSandbox.Server.Templates;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>Gives a whole root file system to an engine as an image of one layer and no settings but our labels.</summary>
internal static class ImageImport
{
    /// <exception cref="TemplateException">The engine refused; the message has its words.</exception>
    public static async Task RunAsync(IDockerClient client, Stream tar, ImageName name, IDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        var parameters = new ImagesCreateParameters
        {
            FromSrc = "-",
            Repo = name.ToString(),   // with its tag: Podman does not look at the other parameter
            Changes = [.. labels.Select(label => $"LABEL {label.Key}={label.Value}")],
        };
        var messages = new EngineMessages();
        try
        {
            await client.Images.CreateImageAsync(parameters, tar, new AuthConfig(), messages, cancellationToken);
        }
        catch (HttpRequestException failure) when (failure.GetBaseException() is SocketException { SocketErrorCode: SocketError.Shutdown or SocketError.ConnectionReset })
        {
            // It has refused and hung up before it had everything; its words are lost with the connection.
            throw new TemplateException($"The engine broke off the import of {name}. Its log says why; often its disk is full.", failure);
        }

        if (messages.Failure is { } words) throw new TemplateException($"The engine did not import {name}: {words}");
    }
}
