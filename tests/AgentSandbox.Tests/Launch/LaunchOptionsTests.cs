using AgentSandbox.Guest.Launch;

namespace AgentSandbox.Tests.Launch;

public sealed class LaunchOptionsTests
{
    [Fact]
    public void Parse_EveryOption_IsUnderstood()
    {
        var options = LaunchOptions.Parse(
            ["--directory", "/box", "--cgroup", "/a", "--cgroup", "/b", "--detach", "/u", "--gvisor", "/guest", "--bind", "/root-fs", "/mnt", "--", "/crun", "--root", "x"]);

        Assert.Equal("/box", options.Directory);
        Assert.Equal(["/a", "/b"], options.CgroupProcs);
        Assert.Equal(["/u"], options.Detach);
        Assert.Equal("/guest", options.GuestForGvisor);
        Assert.Equal(("/root-fs", "/mnt"), options.Bind);
        Assert.Equal(["/crun", "--root", "x"], options.Command); // what follows the dashes is not ours
    }

    [Theory]
    [InlineData("--directory", "/box", "--")]
    [InlineData("--directory", "/box")]
    [InlineData("--", "/crun")]
    [InlineData("--directory")]
    [InlineData("--directory", "/box", "--bind", "/a", "--", "/crun")]
    [InlineData("--unknown", "x", "--directory", "/box", "--", "/crun")]
    public void Parse_IncompleteLine_IsRefused(params string[] args) => Assert.Throws<LaunchException>(() => LaunchOptions.Parse(args));
}
