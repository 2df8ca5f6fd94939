using System.Security.Cryptography;
using Docker.DotNet;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>Makes the client of an engine. Nothing is sent yet.</summary>
internal static class DockerConnector
{
    /// <exception cref="SandboxRuntimeException">The certificates cannot be read.</exception>
    public static DockerClient Create(DockerEndpoint endpoint)
    {
        var builder = new DockerClientBuilder()
            .WithEndpoint(endpoint.Address)
            .WithTimeout(Timeout.InfiniteTimeSpan);   // each call has its own: an import takes minutes, a ping must not
        if (endpoint.TlsDirectory is { } directory) builder.WithAuthProvider(LoadCertificates(endpoint, directory).CreateCredentials());
        return builder.Build();
    }

    private static DockerCertificates LoadCertificates(DockerEndpoint endpoint, string directory)
    {
        try
        {
            return DockerCertificates.Load(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SandboxRuntimeException($"The certificates for {endpoint} cannot be used: {exception.Message}", exception);
        }
    }
}
