using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AgentSandbox.BoxTests.Support.Docker;

/// <summary>
/// An engine's address on the loopback interface, where it takes only clients that its own authority has signed. The
/// client's files bear Docker's usual names: <c>ca.pem</c>, <c>cert.pem</c>, <c>key.pem</c>.
/// </summary>
internal sealed class EngineTls
{
    private readonly string _directory;

    private EngineTls(string directory, int port)
    {
        _directory = directory;
        Port = port;
    }

    public int Port { get; }

    public Uri Address => new($"tcp://127.0.0.1:{Port}");

    public string ClientFiles => Path.Combine(_directory, "client");

    public IReadOnlyList<string> Arguments =>
    [
        "--host", string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{Port}"),
        "--tlsverify",
        "--tlscacert", Path.Combine(ServerFiles, "ca.pem"),
        "--tlscert", Path.Combine(ServerFiles, "cert.pem"),
        "--tlskey", Path.Combine(ServerFiles, "key.pem"),
    ];

    private string ServerFiles => Path.Combine(_directory, "server");

    public static async Task<EngineTls> CreateAsync(string directory)
    {
        var tls = new EngineTls(directory, FindFreePort());
        using var authority = new TestAuthority();
        await authority.IssueAsync(tls.ServerFiles, "docker", TestAuthority.ServerUse);
        await authority.IssueAsync(tls.ClientFiles, "client", TestAuthority.ClientUse);
        return tls;
    }

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
