using AgentSandbox.Server.Runtimes.Oci;

namespace AgentSandbox.Tests.Runtimes.Oci;

public sealed class SubordinateIdsTests
{
    [Theory]
    [InlineData("alice:100000:65536", 100_000u)]
    [InlineData("1000:200000:65535", 200_000u)]
    [InlineData("alice:1:10\nalice:300000:131072", 300_000u)] // the first range is too short
    public void FindRange_EnoughIds_IsTheirStart(string lines, uint expected) =>
        Assert.Equal(expected, SubordinateIds.FindRange(lines.Split('\n'), "alice", 1000));

    [Theory]
    [InlineData("")]
    [InlineData("bob:100000:65536")]
    [InlineData("alice:100000:65534")]
    [InlineData("alice:-5:65536")]
    [InlineData("alice:100000")]
    public void FindRange_NotEnough_IsNull(string lines) => Assert.Null(SubordinateIds.FindRange(lines.Split('\n'), "alice", 1000));
}
