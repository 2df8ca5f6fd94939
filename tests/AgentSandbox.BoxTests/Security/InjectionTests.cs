using System.Net;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Security;

/// <summary>Names and words that mean something to loaders, shells and command lines reach the workload as they are, and nothing else.</summary>
[Collection(ServerCollection.Name)]
public sealed class InjectionTests(ServerFixture server)
{
    private static readonly Dictionary<string, string> Variables = new()
    {
        ["LD_PRELOAD"] = "/tmp/planted.so",
        ["LD_LIBRARY_PATH"] = "/tmp/planted",
        ["DOTNET_STARTUP_HOOKS"] = "/tmp/planted.dll",
        ["DOTNET_gcServer"] = "planted",
        ["GLIBC_TUNABLES"] = "planted=1",
        ["BASH_ENV"] = "/tmp/planted.sh",
        ["ENV"] = "/tmp/planted.sh",
        ["PYTHONSTARTUP"] = "/tmp/planted.py",
        ["a b;$(id)\n"] = "planted",
    };

    [Fact]
    public async Task Variables_OfLoadersAndShells_ReachTheCommandAlone()
    {
        await using var session = await server.Api.CreateAsync(new { env = Variables });
        var command = Host.FindProcess(await session.StartMarkedProcessAsync());

        var ofCommand = await File.ReadAllTextAsync($"/proc/{command}/environ");
        var ofGuest = await File.ReadAllTextAsync($"/proc/{Host.InitOf(command)}/environ");

        Assert.All(Variables, variable => Assert.Contains($"{variable.Key}={variable.Value}\0", ofCommand, StringComparison.Ordinal));
        Assert.DoesNotContain("planted", ofGuest, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", string.Concat(Environment.GetEnvironmentVariables().Values.Cast<object>()), StringComparison.Ordinal);
        Assert.Contains("still", (await session.RunAsync("echo still")).GetProperty("stdout").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_OfACommand_AreTakenAsTheyAre()
    {
        string[] words = ["--", "-rf", "$(id)", "`id`", "a;b|c&d>e", "line\nbreak", "'\"\\", "", "*", "~", "%s%n", "\u001b[2J", "пробел и 💩", "--upload-pack=x"];
        await using var session = await server.Api.CreateAsync();

        var result = await session.RunAsync(new { command = (string[])["printf", "%s\\0", .. words] });

        Assert.Equal(string.Concat(words.Select(word => word + "\0")), result.GetProperty("stdout").GetString());
    }

    [Theory]
    [InlineData("../default")]
    [InlineData("default/../../etc")]
    [InlineData("--privileged")]
    [InlineData("default\n")]
    [InlineData("DEFAULT")]
    [InlineData("/etc/passwd")]
    public async Task Template_WithANameOfNone_IsNotFound(string template) =>
        await server.Api.SendAsync(HttpMethod.Post, "/api/v1/sessions", new { template }, HttpStatusCode.NotFound);

    [Theory]
    [InlineData("--help")]
    [InlineData("standard --privileged")]
    [InlineData("../runc")]
    public async Task Isolation_ThatIsNotOffered_IsRefused(string isolation) =>
        await server.Api.SendAsync(HttpMethod.Post, "/api/v1/sessions", new { isolation }, HttpStatusCode.UnprocessableEntity);

    [Fact]
    public async Task Labels_OfAnyText_ComeBackAsTheyWere()
    {
        var metadata = new Dictionary<string, string> { ["agent-sandbox.server"] = "x", ["a=b\n--label"] = "\"'\\{{.}}\r\n", ["$(id)"] = "🙂" };

        await using var session = await server.Api.CreateAsync(new { metadata });

        var back = (await server.Api.GetAsync(session.Path)).GetProperty("metadata").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString());
        Assert.Equal(metadata.OrderBy(label => label.Key, StringComparer.Ordinal), back.OrderBy(label => label.Key, StringComparer.Ordinal)!);
    }
}
