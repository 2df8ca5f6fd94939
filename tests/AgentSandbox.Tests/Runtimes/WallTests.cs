using System.Text.Json;
using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.Tests.Runtimes;

public sealed class WallTests
{
    private const string SharedKernel =
        "namespaces seccomp systemCalls noNewPrivileges noCapabilities notRoot noNetwork readOnlyRoot safeMounts noHostFiles hiddenKernelFiles "
        + "processLimits resourceLimits cleanCommands guardedGuest";

    private const string OwnKernel =
        "ownKernel noNewPrivileges noCapabilities notRoot noNetwork readOnlyRoot noHostFiles processLimits resourceLimits cleanCommands";

    [Theory]
    [InlineData(HostUsers.PerBox, RuntimeCapabilities.Standard, "userNamespace ownUser " + SharedKernel)]
    [InlineData(HostUsers.Remapped, RuntimeCapabilities.Standard, "userNamespace " + SharedKernel)]
    [InlineData(HostUsers.Shared, RuntimeCapabilities.Standard, SharedKernel)]
    [InlineData(HostUsers.PerBox, RuntimeCapabilities.Gvisor, OwnKernel)]
    [InlineData(HostUsers.Shared, RuntimeCapabilities.Vm, OwnKernel)]
    internal void PromisedOn_HostAndIsolation_AreThese(HostUsers users, string isolation, string expected)
    {
        var host = new RuntimeHost("host", null, 0, true, [isolation]) { Users = users };

        Assert.Equal(expected, string.Join(' ', Wall.PromisedOn(host, isolation).Select(wall => wall.Name)));
    }

    /// <summary>The page and other clients look a promised wall up by its name.</summary>
    [Fact]
    public void All_Names_AreThoseOfTheApi()
    {
        var fields = JsonSerializer.SerializeToElement(new Walls { Kernel = "6.1" }, JsonSerializerOptions.Web).EnumerateObject().Select(field => field.Name);

        Assert.Equal(fields.Except(["kernel"]).Order(StringComparer.Ordinal), Wall.All.Select(wall => wall.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void And_TwoHosts_PromisesWhatBothHave()
    {
        var strong = new Walls { Kernel = "6.1", Seccomp = true, UserNamespace = true, NotRoot = true };

        Assert.Equal(strong, strong.And(strong));
        Assert.Equal(strong with { UserNamespace = false, Kernel = "6.1, 5.15" }, strong.And(strong with { UserNamespace = false, Kernel = "5.15" }));
        Assert.Null(strong.And(strong with { Seccomp = null }).Seccomp);
        Assert.False((strong with { Seccomp = null }).And(strong with { Seccomp = false }).Seccomp);
        Assert.False(strong.And(strong with { NotRoot = false }).NotRoot);
    }

    [Fact]
    public void Offer_TwoHosts_LacksWhatEitherLacks()
    {
        var walls = new Walls { Kernel = "6.1" };

        var both = new IsolationOffer(walls, ["seccomp", "userNamespace"], ["seccomp"]).And(new IsolationOffer(walls, ["seccomp"], []));

        Assert.Equal(["seccomp"], both.Promised);
        Assert.Equal(["seccomp"], both.Missing);
    }

    [Theory]
    [InlineData(false, false, "seccomp", false)]
    [InlineData(false, true, "seccomp", false)]
    [InlineData(false, true, "resourceLimits", true)]
    [InlineData(true, false, "seccomp", true)]
    public void MayBeMissing_ByWhatIsAllowed(bool any, bool limits, string wall, bool expected) =>
        Assert.Equal(expected, new WallAllowances(any, limits).MayBeMissing(wall));
}
