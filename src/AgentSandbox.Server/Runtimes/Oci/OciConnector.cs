using System.Globalization;
using System.Net.Sockets;
using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Runtimes.Native;

namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>Opens the stream to the guest of a box, in the one way or the other.</summary>
internal static class OciConnector
{
    private const string SocketName = "guest.sock"; // the launcher makes it

    /// <exception cref="SandboxRuntimeException">As <see cref="ISandboxRuntime.ConnectAsync"/>.</exception>
    public static async Task<Stream> OverSocketAsync(OciSandbox box, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // By way of the directory's descriptor: a socket address holds 107 bytes, and the state directory may be longer.
            using var directory = Libc.Own(Libc.Open(box.Directory.Path, Libc.OpenPath | Libc.OpenDirectory | Libc.Cloexec), "open the box's directory");
            var path = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{directory.DangerousGetHandle()}/{SocketName}");
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            socket.Dispose();
            // The guest holds the socket for as long as it lives.
            throw Unreachable(box, e, isGone: e is SocketException { SocketErrorCode: SocketError.ConnectionRefused });
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="OverSocketAsync"/>
    public static async Task<Stream> OverPipesAsync(OciSandbox box, CancellationToken cancellationToken)
    {
        try
        {
            // The box holds both ends of both pipes for as long as it lives.
            var pipes = FifoStream.TryOpen(box.Directory.PipeFromGuest, box.Directory.PipeToGuest)
                ?? throw new GuestException(GuestErrorCode.ConnectionLost);
            var isFirst = box.ReplacePipes(pipes);
            return await StdioLink.OpenAsync(pipes, isFirst, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or GuestException)
        {
            throw Unreachable(box, e, isGone: e is GuestException);
        }
    }

    private static SandboxRuntimeException Unreachable(OciSandbox box, Exception e, bool isGone)
    {
        var error = isGone || box.Init is null or { Exited.IsCompleted: true } ? RuntimeError.Gone : RuntimeError.Failed;
        return new SandboxRuntimeException(error, $"The guest of box {box.Id} cannot be reached: {e.Message}", e);
    }
}
