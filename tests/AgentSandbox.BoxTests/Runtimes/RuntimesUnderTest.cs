namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>Makes a runtime under test again from its words.</summary>
internal static class RuntimesUnderTest
{
    public static async Task<RuntimeUnderTest> FromAsync(string[] words) => words switch
    {
        [OciUnderTest.Name, var binary, var gvisor, var state] => await OciUnderTest.FromAsync(await FixtureAsync(), binary, gvisor, state),
        [DockerUnderTest.Name, var isolation, var socket, var state] => new DockerUnderTest(isolation, socket, state),
        _ => throw new ArgumentException($"No runtime is called '{string.Join(' ', words)}'."),
    };

    private static async Task<OciFixture> FixtureAsync()
    {
        var fixture = new OciFixture();
        await fixture.InitializeAsync();
        return fixture;
    }
}
