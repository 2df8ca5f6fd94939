using AgentSandbox.Server.Templates;

namespace AgentSandbox.Tests.Templates;

public sealed class ImageReferenceTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("alpine", "alpine:latest")]
    [InlineData("alpine:3.20", "alpine:3.20")]
    [InlineData("library/alpine", "library/alpine:latest")]
    [InlineData("registry.example:5000/team/some_tool__x--y:V1.2-rc_3", "registry.example:5000/team/some_tool__x--y:V1.2-rc_3")]
    [InlineData("localhost:5000/tool", "localhost:5000/tool:latest")]
    [InlineData("[2001:db8::1]:5000/tool", "[2001:db8::1]:5000/tool:latest")]
    [InlineData("Registry.Example/tool", "Registry.Example/tool:latest")]
    [InlineData("tool@" + Digest, "tool@" + Digest)]
    [InlineData("tool:1@" + Digest, "tool:1@" + Digest)]
    public void TryParse_Reference_IsTakenWithOneTagOrDigest(string text, string exact)
    {
        var reference = ImageReference.TryParse(text);

        Assert.Equal(exact, reference?.Text);
        Assert.Equal(text, reference?.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" alpine")]
    [InlineData("alpine\n")]
    [InlineData("Alpine")]
    [InlineData("alpine:")]
    [InlineData("alpine:-1")]
    [InlineData("alpine::1")]
    [InlineData("/alpine")]
    [InlineData("alpine/")]
    [InlineData("a//b")]
    [InlineData("a..b")]
    [InlineData("a___b")]
    [InlineData("-a")]
    [InlineData("alpine@sha256:0123")]
    [InlineData("alpine@" + Digest + "xyz")]
    [InlineData("https://registry.example/alpine")]
    [InlineData("alpine?fromSrc=x")]
    [InlineData("alpine 3")]
    [InlineData("../etc")]
    public void TryParse_SomethingElse_IsNone(string text) => Assert.Null(ImageReference.TryParse(text));

    [Fact]
    public void TryParse_TooLong_IsNone()
    {
        Assert.NotNull(ImageReference.TryParse(new string('a', 255)));
        Assert.Null(ImageReference.TryParse(new string('a', 256)));
        Assert.NotNull(ImageReference.TryParse("a:" + new string('t', 128)));
        Assert.Null(ImageReference.TryParse("a:" + new string('t', 129)));
    }
}
