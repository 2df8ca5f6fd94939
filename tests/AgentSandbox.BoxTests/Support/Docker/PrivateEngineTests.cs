using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace AgentSandbox.BoxTests.Support.Docker;

/// <summary>The engine that other tests rely on: that it is one, that it comes back, and that it goes without a trace.</summary>
public sealed class PrivateEngineTests
{
    [Fact]
    public async Task Dispose_TwoAtOnce_LeaveNothing()
    {
        string[] names;
        await using (var first = await PrivateEngine.StartAsync())
        await using (var second = await PrivateEngine.StartAsync())
        {
            Assert.NotEqual(await IdOf(first), await IdOf(second));
            names = [first.Name, second.Name];
            Assert.All(names, name => Assert.NotEmpty(TracesOf(name)));
        }

        Assert.All(names, name => Assert.Empty(TracesOf(name)));
    }

    [Fact]
    public async Task Dispose_Killed_LeavesNothing()
    {
        var engine = await PrivateEngine.StartAsync();
        await using (engine) await engine.KillAsync();

        Assert.Empty(TracesOf(engine.Name));
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("runsc")]
    public async Task StartAgain_Killed_ContainersHaveLivedOn(string runtime)
    {
        await using var engine = await PrivateEngine.StartAsync();
        var container = await StartContainerAsync(engine, runtime);
        var (id, init) = (await IdOf(engine), await engine.Http.FindInitAsync(container));

        await engine.KillAsync();
        Assert.False(await engine.Http.AnswersAsync());
        Assert.False(Host.HasEnded(init));
        await engine.StartAgainAsync();

        Assert.Equal(id, await IdOf(engine));
        Assert.Equal(init, await engine.Http.FindInitAsync(container));
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("runsc")]
    public async Task Dispose_KilledWithContainers_LeavesNothing(string runtime)
    {
        int init;
        var engine = await PrivateEngine.StartAsync();
        await using (engine)
        {
            init = await engine.Http.FindInitAsync(await StartContainerAsync(engine, runtime));
            await engine.KillAsync();
        }

        Assert.True(Host.HasEnded(init));
        Assert.Empty(TracesOf(engine.Name));
    }

    [Fact]
    public async Task Tls_TakesItsOwnClientsOnly()
    {
        await using var engine = await PrivateEngine.StartAsync(withTls: true);

        Assert.StartsWith("HTTP/1.0 200", await AskAsync(engine.Tls!, withCertificate: true));
        await Assert.ThrowsAnyAsync<IOException>(() => AskAsync(engine.Tls!, withCertificate: false));
    }

    /// <summary>Of an image that holds nothing but the guest, which waits for somebody to speak to it.</summary>
    private static async Task<string> StartContainerAsync(PrivateEngine engine, string runtime)
    {
        var root = Directory.CreateTempSubdirectory("engine-test-").FullName;
        File.Copy(TestHost.GuestPath, Path.Combine(root, "sandboxd"));
        await engine.ImportAsync("guest:1", root);
        Directory.Delete(root, recursive: true);

        var created = await engine.Http.SendAsync(HttpMethod.Post, "containers/create", new
        {
            Image = "guest:1",
            Cmd = new[] { "/sandboxd", "stdio" },
            OpenStdin = true,
            HostConfig = new { NetworkMode = "none", Runtime = runtime, LogConfig = new { Type = "none" } },
        });
        var id = created.GetProperty("Id").GetString()!;
        await engine.Http.SendAsync(HttpMethod.Post, $"containers/{id}/start");
        return id;
    }

    private static async Task<string> IdOf(PrivateEngine engine) => (await engine.Http.GetAsync("info")).GetProperty("ID").GetString()!;

    private static async Task<string> AskAsync(EngineTls tls, bool withCertificate)
    {
        using var certificate = X509Certificate2.CreateFromPemFile(Path.Combine(tls.ClientFiles, "cert.pem"), Path.Combine(tls.ClientFiles, "key.pem"));
        using var authority = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(tls.ClientFiles, "ca.pem"));
        using var client = new TcpClient();
        await client.ConnectAsync(tls.Address.Host, tls.Port);
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = tls.Address.Host,
            ClientCertificates = withCertificate ? [certificate] : [],
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { authority }, RevocationMode = X509RevocationMode.NoCheck },
        });
        await stream.WriteAsync("GET /_ping HTTP/1.0\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync() ?? throw new IOException("The engine hung up.");
    }

    private static IEnumerable<string> TracesOf(string engine)
    {
        var files = Directory.EnumerateDirectories(Path.GetTempPath(), engine);
        var groups = Directory.EnumerateDirectories("/sys/fs/cgroup", engine, SearchOption.AllDirectories);
        var mounts = File.ReadLines("/proc/self/mounts").Where(line => line.Contains(engine, StringComparison.Ordinal));
        return files.Concat(groups).Concat(mounts);
    }
}
