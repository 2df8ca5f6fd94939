using AgentSandbox.Server.Runtimes.Docker;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Tests.Runtimes.Docker;

public sealed class ImageNameTests
{
    [Fact]
    public void Of_Template_IsItsNameAndVersion() =>
        Assert.Equal("agent-sandbox/tiny:0a1b", ImageName.Of(new Template("tiny", "0a1b", null, new Dictionary<string, string>(), [])).ToString());

    [Theory]
    [InlineData("agent-sandbox/tiny:1", "agent-sandbox/tiny:1")]
    [InlineData("localhost/agent-sandbox/tiny:1", "agent-sandbox/tiny:1")]
    [InlineData("docker.io/agent-sandbox/tiny:1", "agent-sandbox/tiny:1")]
    [InlineData("registry.example/agent-sandbox/tiny:1", null)]
    [InlineData("agent-sandbox:1", null)]
    [InlineData("my/agent-sandbox/tiny:1", null)]
    public void FindIn_EnginesName_IsOursOrNone(string reference, string? expected) => Assert.Equal(expected, ImageName.FindIn(reference));
}
