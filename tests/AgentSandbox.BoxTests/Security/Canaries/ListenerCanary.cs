using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace AgentSandbox.BoxTests.Security.Canaries;

/// <summary>A socket of the host's that nobody may ever knock at.</summary>
internal sealed class ListenerCanary : ICanary, IDisposable
{
    private readonly Socket _socket;
    private readonly string _name;

    private ListenerCanary(string name, Socket socket, EndPoint address)
    {
        _name = name;
        _socket = socket;
        _socket.Bind(address);
        if (_socket.SocketType is SocketType.Stream) _socket.Listen();
    }

    public string? Secret => null;

    /// <summary>On every address of the host, as its own services may be.</summary>
    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public static ListenerCanary Tcp() =>
        new("TCP port", new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp), new IPEndPoint(IPAddress.Any, 0));

    public static ListenerCanary Udp() =>
        new("UDP port", new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp), new IPEndPoint(IPAddress.Any, 0));

    /// <summary>An abstract name has no file and no permissions: only a network namespace hides it.</summary>
    public static ListenerCanary Abstract(string name) =>
        new($"abstract socket @{name}", new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), new UnixDomainSocketEndPoint("\0" + name));

    public static string NewName() => $"canary-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";

    public Task<string?> ComplainAsync()
    {
        if (!_socket.Poll(TimeSpan.Zero, SelectMode.SelectRead)) return Task.FromResult<string?>(null);

        return Task.FromResult<string?>($"The host's {_name} was reached{(_socket.SocketType is SocketType.Dgram ? $": {ReadText()}" : Accept())}.");
    }

    public void Dispose() => _socket.Dispose();

    private string Accept()
    {
        using var visitor = _socket.Accept();
        return "";
    }

    private string ReadText()
    {
        var buffer = new byte[1024];
        return Encoding.UTF8.GetString(buffer, 0, _socket.Receive(buffer));
    }
}
