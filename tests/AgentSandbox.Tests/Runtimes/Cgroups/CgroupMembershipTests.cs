using AgentSandbox.Server.Runtimes.Cgroups;

namespace AgentSandbox.Tests.Runtimes.Cgroups;

public sealed class CgroupMembershipTests
{
    [Fact]
    public void Parse_V1Line_HasItsControllers()
    {
        var membership = Assert.Single(CgroupMembership.Parse(["3:cpu,cpuacct:/system.slice/a:b.service"]));

        Assert.Equal(["cpu", "cpuacct"], membership.Controllers);
        Assert.Equal("/system.slice/a:b.service", membership.Path); // colons are legal in a group's name
        Assert.False(membership.IsUnified);
    }

    [Fact]
    public void Parse_V2Line_IsUnified() => Assert.True(Assert.Single(CgroupMembership.Parse(["0::/init.scope"])).IsUnified);

    [Fact]
    public void Parse_MalformedLine_IsLeftOut() => Assert.Empty(CgroupMembership.Parse(["", "nonsense"]));
}
