using System.Net.Sockets;
using AgentSandbox.BoxTests.Support.Docker;
using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.BoxTests.Runtimes.Docker;

/// <summary>Engines that cannot be used: the server does not start, and says in one sentence what is wrong.</summary>
[Collection(EnginePairCollection.Name)]
public sealed class EngineRefusalTests(EnginePair engines) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("engine-test-").FullName;

    private EngineTls Tls => engines.First.Tls!;

    private string SocketPath => Path.Combine(_directory, "docker.sock");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Socket_Missing_SaysThatItDoesNotExist() =>
        Assert.Contains($"{SocketPath} does not exist. Start Docker", await FailToStartAsync(("DOCKER_SOCKET", SocketPath)));

    [Fact]
    public async Task Socket_OfAnEngineThatEnded_SaysThatNobodyListens()
    {
        await Shell.OutputAsync($"python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"{SocketPath}\")'");

        Assert.Contains("nobody listens there", await FailToStartAsync(("DOCKER_SOCKET", SocketPath)));
    }

    [Fact]
    public async Task Socket_OfSomethingElse_IsAFailureToo()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen();
        var answering = AnswerAsync(listener);

        Assert.Contains(SocketPath, await FailToStartAsync(("DOCKER_SOCKET", SocketPath)));
        listener.Dispose();
        await answering;
    }

    [Fact]
    public async Task Tls_RightFiles_SessionsWork()
    {
        await using var server = await DockerServer.StartAsync(("DOCKER_HOSTS", $"{Tls.Address.OriginalString}?tls={Tls.ClientFiles}"));
        await using var session = await server.Api.CreateAsync();

        Assert.Equal("alive", await session.OutputAsync("echo alive"));
    }

    [Fact]
    public async Task Tls_FilesOfAnotherAuthority_SaysThatTheyDoNotTrustEachOther()
    {
        using var stranger = new TestAuthority();
        await stranger.IssueAsync(_directory, "client", TestAuthority.ClientUse);

        Assert.Contains("do not trust each other", await FailToStartAsync(("DOCKER_HOSTS", $"{Tls.Address.OriginalString}?tls={_directory}")));
    }

    [Fact]
    public async Task Tls_ClientOfAnotherAuthority_IsRefusedByTheEngine()
    {
        using var stranger = new TestAuthority();
        await stranger.IssueAsync(_directory, "client", TestAuthority.ClientUse);
        File.Copy(Path.Combine(Tls.ClientFiles, "ca.pem"), Path.Combine(_directory, "ca.pem"), overwrite: true);

        Assert.Contains("do not trust each other", await FailToStartAsync(("DOCKER_HOSTS", $"{Tls.Address.OriginalString}?tls={_directory}")));
    }

    [Fact]
    public async Task Tls_FilesMissing_NamesThem()
    {
        var failure = await FailToStartAsync(("DOCKER_HOSTS", $"tcp://127.0.0.1:9?tls={_directory}"));

        Assert.Contains($"{_directory} lacks ca.pem, cert.pem, key.pem", failure);
    }

    [Fact]
    public async Task Tls_NotConfiguredForAnEngineThatWantsIt_IsAFailureToo() =>
        Assert.Contains(Tls.Address.Authority, await FailToStartAsync(("DOCKER_HOSTS", Tls.Address.OriginalString)));

    private static async Task<string> FailToStartAsync(params (string Name, string Value)[] settings) =>
        (await Assert.ThrowsAsync<SandboxRuntimeException>(() => DockerServer.StartAsync(settings))).Message;

    private static async Task AnswerAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptAsync();
                await client.SendAsync("220 This is a mail server.\r\n"u8.ToArray());
            }
        }
        catch (SocketException)
        {
            // The test is over.
        }
    }
}
