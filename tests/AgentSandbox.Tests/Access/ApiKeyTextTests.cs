using AgentSandbox.Server.Access;

namespace AgentSandbox.Tests.Access;

public sealed class ApiKeyTextTests
{
    [Fact]
    public void Generate_TheText_IsReadBack()
    {
        var key = ApiKeyText.Generate();

        Assert.True(ApiKeyText.TryParse(key.ToString(), out var read));
        Assert.Equal(key, read);
        Assert.Equal(69, key.ToString().Length);
        Assert.NotEqual(key, ApiKeyText.Generate());
    }

    [Theory]
    [InlineData("")]
    [InlineData("ask_")]
    [InlineData("ask_aaaaaaaaaaaa_short")]
    [InlineData("ASK_aaaaaaaaaaaa_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("ask_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void TryParse_AnythingElse_IsNoKey(string text) => Assert.False(ApiKeyText.TryParse(text, out _));
}
