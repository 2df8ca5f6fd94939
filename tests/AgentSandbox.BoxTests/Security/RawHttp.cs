using System.Net.Sockets;
using System.Text;

namespace AgentSandbox.BoxTests.Security;

/// <summary>A connection on which a test says what no client library would.</summary>
internal sealed class RawHttp : IDisposable
{
    /// <summary>Longer than anything that the server waits for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly NetworkStream _stream;

    private RawHttp(Socket socket) => _stream = new NetworkStream(socket, ownsSocket: true);

    public static async Task<RawHttp> ConnectAsync(Uri address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port);
        return new RawHttp(socket);
    }

    /// <summary>Sends one text on a connection of its own, and gives all that comes back until the server closes it.</summary>
    public static async Task<string> ExchangeAsync(Uri address, string text)
    {
        using var raw = await ConnectAsync(address);
        await raw.SendAsync(text);
        return await raw.ReadToEndAsync();
    }

    public async Task SendAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Returns false once the server has closed the connection.</summary>
    public async Task<bool> TrySendAsync(string text)
    {
        try
        {
            await SendAsync(text);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public async Task<string> ReadToEndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var said = new StringBuilder();
        var buffer = new byte[4_096];
        try
        {
            while (await _stream.ReadAsync(buffer, patience.Token) is > 0 and var count) said.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        catch (IOException)
        {
            // Closed with force, as one that still sends is.
        }
        return said.ToString();
    }

    public void Dispose() => _stream.Dispose();
}
