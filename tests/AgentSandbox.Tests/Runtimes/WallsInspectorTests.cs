using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.Tests.Runtimes;

public sealed class WallsInspectorTests
{
    [Theory]
    [InlineData("         0          0 4294967295\n", true)]
    [InlineData("", true)]
    [InlineData("         0   16000000       1001\n      1001   20000000          1\n", false)]
    [InlineData("         0          0       1001\n      1001   20000000          1\n", false)]
    public void IsIdentity_Map_IsToldFromAMapping(string map, bool expected) => Assert.Equal(expected, WallsInspector.IsIdentity(map));

    [Fact]
    public void InterfacesOf_Table_AreItsNames() => Assert.Equal(
        ["lo", "eth0"],
        WallsInspector.InterfacesOf(
            """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
              eth0:     120       2    0    0    0     0          0         0        0       0    0    0    0     0       0          0
            """));

    [Theory]
    [InlineData("1 0 0:1 / / ro,relatime - overlay overlay rw", true)]
    [InlineData("1 0 0:1 / / rw,relatime - overlay overlay rw", false)]
    [InlineData("1 0 0:1 / / ro - overlay overlay rw\n2 1 0:2 / / rw - tmpfs tmpfs rw", false)]
    [InlineData("2 1 0:2 / /tmp ro - tmpfs tmpfs rw", false)]
    [InlineData("", false)]
    public void IsReadOnly_Mounts_GoesByTheLastOneOnTheRoot(string mounts, bool expected) =>
        Assert.Equal(expected, WallsInspector.IsReadOnly(mounts));

    [Theory]
    [InlineData("Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) #1 SMP", "6.1.0-18-amd64")]
    [InlineData("Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016", "4.4.0")]
    [InlineData("Linux version", "unknown")]
    [InlineData("", "unknown")]
    public void ReleaseOf_Version_IsItsThirdWord(string version, string expected) => Assert.Equal(expected, WallsInspector.ReleaseOf(version));

    [Fact]
    public void And_TwoHosts_PromisesWhatBothHave()
    {
        var strong = new Walls(true, true, true, true, true, true, true, true, "6.1");

        Assert.Equal(strong with { Seccomp = false, UserNamespace = false, Kernel = "6.1, 5.15" }, strong.And(strong with { Seccomp = false, UserNamespace = false, Kernel = "5.15" }));
        Assert.Equal(strong, strong.And(strong));
        Assert.Null(strong.And(strong with { Seccomp = null }).Seccomp);
        Assert.False((strong with { Seccomp = null }).And(strong with { Seccomp = false }).Seccomp);
    }

    [Theory]
    [InlineData("CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000\nCapAmb:\t0000000000000000\n", true)]
    [InlineData("CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000\n", true)]
    [InlineData("CapEff:\t0000000000000000\nCapBnd:\t00000000a80425fb\n", false)]
    [InlineData("CapEff:\tnone\nCapBnd:\t0000000000000000\n", false)]
    [InlineData("CapEff:\t0000000000000000\n", false)]
    [InlineData("", false)]
    public void HasNone_Status_AsksForEverySetThatThereIs(string status, bool expected) =>
        Assert.Equal(expected, WallsInspector.HasNone(WallsInspector.ParseStatus(status)));

    [Fact]
    public void ParseStatus_TwiceTheSameName_TakesTheFirst()
    {
        Assert.Equal("1", WallsInspector.ParseStatus("NoNewPrivs:\t1\nNoNewPrivs:\t0\n")["NoNewPrivs"]);
    }
}
