using AgentSandbox.Server.Doctor;

namespace AgentSandbox.Tests.Doctor;

public sealed class UserChecksTests
{
    [Fact]
    public void SubordinateIds_Root_DoNotMatter()
    {
        using var debian = RecordedHost.Debian12();
        Assert.Null(new UserChecks(debian.AsRoot()).SubordinateIds());
    }

    [Fact]
    public void SubordinateIds_Ubuntu2404_AreThere()
    {
        using var ubuntu = RecordedHost.Ubuntu2404();
        Assert.Equal(DoctorState.Ok, new UserChecks(ubuntu.AsUser()).SubordinateIds()?.State);
    }

    [Fact]
    public void SubordinateIds_NoTools_NamesThePackage()
    {
        using var debian = RecordedHost.Debian12();
        Assert.Contains("uidmap", new UserChecks(debian.AsUser()).SubordinateIds()?.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eve:100000:65536\n")]
    [InlineData("ada:100000:1000\n")]
    [InlineData("ada:100000\n")]
    [InlineData("")]
    public void SubordinateIds_NoRangeOfOnesOwn_NamesTheCommand(string ranges)
    {
        using var ubuntu = RecordedHost.Ubuntu2404().With("/etc/subgid", ranges);

        var finding = new UserChecks(ubuntu.AsUser()).SubordinateIds();

        Assert.Equal(DoctorState.Missing, finding?.State);
        Assert.Contains("usermod --add-subuids", finding?.Fix, StringComparison.Ordinal);
    }
}
