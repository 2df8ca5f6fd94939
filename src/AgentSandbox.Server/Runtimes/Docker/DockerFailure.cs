using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Docker.DotNet;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>What an exception of the client means: the engine's refusal, or its silence.</summary>
internal static class DockerFailure
{
    /// <summary>Whether this is how a call to an engine fails; anything else is a defect of ours.</summary>
    public static bool Is(Exception exception) => exception is AggregateException { InnerException: { } inner } ? Is(inner) : exception
        is DockerApiException or HttpRequestException or IOException or SocketException or AuthenticationException or TimeoutException
        or ObjectDisposedException or JsonException;

    public static SandboxRuntimeException From(Exception exception, string what, DockerEndpoint endpoint) =>
        new(Classify(exception), $"{what} on {endpoint} failed: {Explain(exception, endpoint)}", exception);

    public static RuntimeError Classify(Exception exception) => exception switch
    {
        DockerContainerNotFoundException => RuntimeError.Gone,
        DockerApiException or JsonException => RuntimeError.Failed,
        _ => RuntimeError.Unreachable,
    };

    /// <summary>One line for the operator: what is wrong and what to do about it.</summary>
    public static string Explain(Exception exception, DockerEndpoint endpoint)
    {
        var path = endpoint.Address.AbsolutePath;
        return Innermost(exception) switch
        {
            DockerApiException { StatusCode: var status } refusal => $"{(int)status}: {EngineMessages.WordsOf(refusal)}",
            _ when endpoint.TlsDirectory is { } directory && IsTls(exception) =>
                $"the engine and the certificates in {directory} do not trust each other: {EngineMessages.Bound(Innermost(exception).Message)}",
            SocketException { SocketErrorCode: SocketError.AccessDenied } =>
                $"this user may not use {path}. Add the user to the group that owns it (usually: sudo usermod -aG docker $USER, then log in again), or start the server as root",
            SocketException when endpoint.Address.Scheme is "unix" && !File.Exists(path) =>
                $"{path} does not exist. Start Docker (sudo systemctl start docker), or set DOCKER_SOCKET to where it listens",
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "nobody listens there. Is the engine running?",
            TimeoutException or OperationCanceledException => "it does not answer",
            var other => EngineMessages.Bound(other.Message),
        };
    }

    private static bool IsTls(Exception exception) =>
        exception is AuthenticationException || (exception.InnerException is { } inner && IsTls(inner));

    private static Exception Innermost(Exception exception) =>
        exception is not DockerApiException && exception.InnerException is { } inner ? Innermost(inner) : exception;
}
