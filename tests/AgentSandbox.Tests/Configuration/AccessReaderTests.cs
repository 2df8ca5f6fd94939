using System.Net;
using AgentSandbox.Server.Access;
using AgentSandbox.Server.Configuration;
using Microsoft.Extensions.Configuration;

namespace AgentSandbox.Tests.Configuration;

public sealed class AccessReaderTests
{
    [Fact]
    public void Read_NothingSet_IsLoopbackForNobodyElse()
    {
        var (access, errors) = Read();

        Assert.Empty(errors);
        Assert.Equal(IPAddress.Loopback, access.Address);
        Assert.False(access.IsOpenToOthers);
        Assert.Null(access.Oidc);
        Assert.Empty(access.CorsOrigins);
    }

    [Fact]
    public void Read_AllSet_IsTaken()
    {
        var (access, errors) = Read(
            ("HOST", "0.0.0.0"), ("ALLOWED_HOSTS", "sandbox.example, box.example"), ("CORS_ORIGINS", "https://app.example"),
            ("TRUSTED_PROXIES", "10.0.0.1,192.168.0.0/16"), ("OIDC_ISSUER", "https://issuer.example/realm"), ("OIDC_AUDIENCE", "box"));

        Assert.Empty(errors);
        Assert.True(access.IsOpenToOthers);
        Assert.Equal(["sandbox.example", "box.example"], access.AllowedHosts);
        Assert.Equal(["10.0.0.1/32", "192.168.0.0/16"], access.TrustedProxies.Select(network => network.ToString()));
        Assert.Equal(("sub", "roles"), (access.Oidc!.OwnerClaim, access.Oidc.RoleClaim));
    }

    [Theory]
    [InlineData("HOST", "example.org")]
    [InlineData("CORS_ORIGINS", "*")]
    [InlineData("CORS_ORIGINS", "https://app.example/")]
    [InlineData("TRUSTED_PROXIES", "10.0.0.1/99")]
    [InlineData("OIDC_ISSUER", "https://issuer.example")]                      // without an audience
    [InlineData("OIDC_AUDIENCE", "box")]                                       // without an issuer
    public void Read_WrongValue_NamesTheVariable(string name, string value)
    {
        var (_, errors) = Read((name, value));

        Assert.StartsWith(name == "OIDC_ISSUER" ? "OIDC_AUDIENCE" : name, Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_IssuerInTheClear_IsRefusedButOnLoopback()
    {
        Assert.Contains("https", Assert.Single(Read(("OIDC_ISSUER", "http://issuer.example"), ("OIDC_AUDIENCE", "box")).Errors), StringComparison.Ordinal);
        Assert.Empty(Read(("OIDC_ISSUER", "http://127.0.0.1:8080"), ("OIDC_AUDIENCE", "box")).Errors);
    }

    private static (AccessOptions Access, IReadOnlyList<string> Errors) Read(params (string Name, string Value)[] variables)
    {
        var reader = new EnvironmentReader(new ConfigurationBuilder()
            .AddInMemoryCollection(variables.Select(variable => KeyValuePair.Create(variable.Name, (string?)variable.Value)))
            .Build());
        return (AccessReader.Read(reader, "/data"), reader.Errors);
    }
}
