using System.Net;
using AgentSandbox.Server.Access;

namespace AgentSandbox.Tests.Access;

public sealed class AccessModeTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("access-").FullName;
    private readonly KeyStore _keys;

    public AccessModeTests() => _keys = new KeyStore(new KeyFile(_directory, TimeProvider.System), TimeProvider.System);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Loopback_WithoutAnyKey_IsForEverybodyHere()
    {
        var mode = Open(new AccessOptions { Directory = _directory });

        mode.EnsureClosedToStrangers();
        Assert.True(mode.AllowsAnonymous);
    }

    public static TheoryData<string, string?> OpenToOthers => new()
    {
        { "0.0.0.0", null },
        { "::", null },
        { "192.0.2.1", null },
        { "127.0.0.1", "127.0.0.1" },        // a proxy on this machine brings others in
    };

    [Theory]
    [MemberData(nameof(OpenToOthers))]
    public async Task OpenToOthers_WithoutAnyKey_RefusesToStartAndSaysWhatToDo(string address, string? proxy)
    {
        var options = new AccessOptions
        {
            Directory = _directory,
            Address = IPAddress.Parse(address),
            TrustedProxies = proxy is null ? [] : [new IPNetwork(IPAddress.Parse(proxy), 32)],
        };

        var refusal = Assert.Throws<AccessException>(Open(options).EnsureClosedToStrangers);
        Assert.Contains("./run key create", refusal.Message, StringComparison.Ordinal);
        Assert.False(Open(options).AllowsAnonymous);

        await MakeKeyAsync();
        Open(options).EnsureClosedToStrangers();
        Assert.False(Open(options).AllowsAnonymous);
    }

    [Fact]
    public async Task FirstKey_ClosesTheServer_AndItStaysClosed()
    {
        var mode = Open(new AccessOptions { Directory = _directory });
        Assert.True(mode.AllowsAnonymous);

        await MakeKeyAsync();
        Assert.False(mode.AllowsAnonymous);

        File.Delete(Path.Combine(_directory, "keys.json"));
        Assert.False(mode.AllowsAnonymous);
    }

    [Fact]
    public void Issuer_ClosesTheServer()
    {
        var mode = Open(new AccessOptions { Directory = _directory, Oidc = new OidcOptions(new Uri("https://issuer.example"), "a", "sub", "roles") });

        Assert.False(mode.AllowsAnonymous);
    }

    private AccessMode Open(AccessOptions options) => new(options, _keys);

    private async Task MakeKeyAsync() => await _keys.CreateAsync(new NewKey("test", "alice", Role.User, Scopes.All, null), CancellationToken.None);
}
