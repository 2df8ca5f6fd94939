using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AgentSandbox.BoxTests.Security.Targets;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.BoxTests.Security.Canaries;

/// <summary>A canary that never sings proves nothing: each is touched once in every way that it should tell of.</summary>
[Collection(OciAttackCollection.Name)]
public sealed class CanaryTests(OciAttackedServer server)
{
    [Theory]
    [InlineData("cat \"$0\"")]
    [InlineData("echo x >> \"$0\"")]
    [InlineData("chmod 600 \"$0\"")]
    [InlineData("mv \"$0\" \"$0.old\"")]
    [InlineData("rm \"$0\"")]
    public async Task File_Touched_Complains(string line)
    {
        using var canary = new FileCanary();
        Assert.Null(await canary.ComplainAsync());

        using var touch = Process.Start("sh", ["-c", $"({line}) > /dev/null", canary.Path]);
        await touch.WaitForExitAsync();

        Assert.NotNull(await canary.ComplainAsync());
    }

    [Theory]
    [InlineData("-KILL")]
    [InlineData("-STOP")]
    public async Task Process_Signalled_Complains(string signal)
    {
        using var canary = new ProcessCanary();
        Assert.Null(await canary.ComplainAsync());

        using var kill = Process.Start("kill", [signal, canary.Pid.ToString(CultureInfo.InvariantCulture)]);

        await Eventually.BecomesTrueAsync(async () => await canary.ComplainAsync() is not null);
    }

    [Fact]
    public async Task Listeners_Reached_Complain()
    {
        var name = ListenerCanary.NewName();
        using var tcp = ListenerCanary.Tcp();
        using var udp = ListenerCanary.Udp();
        using var local = ListenerCanary.Abstract(name);
        foreach (var canary in (ListenerCanary[])[tcp, udp, local]) Assert.Null(await canary.ComplainAsync());

        using var visitor = new TcpClient();
        await visitor.ConnectAsync(IPAddress.Loopback, tcp.Port);
        using var sender = new UdpClient();
        await sender.SendAsync("hello"u8.ToArray(), new IPEndPoint(IPAddress.Loopback, udp.Port));
        using var neighbour = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await neighbour.ConnectAsync(new UnixDomainSocketEndPoint("\0" + name));

        foreach (var canary in (ListenerCanary[])[tcp, udp, local])
        {
            await Eventually.BecomesTrueAsync(async () => await canary.ComplainAsync() is not null);
            Assert.Null(await canary.ComplainAsync());      // told once
        }
    }

    [Theory]
    [InlineData("echo x > /tmp/session-canary")]
    [InlineData("pkill -f session-canary")]
    [InlineData("python3 -c \"import socket; socket.create_connection(('127.0.0.1', 4567))\"")]
    [InlineData("python3 -c \"import socket; socket.socket(socket.AF_UNIX).connect('\\\\0session-canary')\"")]
    public async Task Session_Touched_Complains(string line)
    {
        await using var canary = await SessionCanary.StartAsync(server.Api, RuntimeCapabilities.Standard);
        Assert.Null(await canary.ComplainAsync());

        await canary.Session.RunAsync(line);

        await Eventually.BecomesTrueAsync(async () => await canary.ComplainAsync() is not null);
    }
}
