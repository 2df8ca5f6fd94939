using AgentSandbox.Server.Runtimes.Oci;

namespace AgentSandbox.Tests.Runtimes.Oci;

public sealed class ProcessLimitsTests
{
    [Fact]
    public void Create_LowOwnLimits_AreNeverExceeded()
    {
        var limits = ProcessLimits.Create(pids: 100, hardLimitOf: _ => 0, ownOomScoreAdjustment: 0);

        Assert.All(limits.All, limit => Assert.Equal(0ul, limit.Value));
    }

    [Fact]
    public void Create_UnlimitedOwnLimits_GivesTheWanted()
    {
        var limits = ProcessLimits.Create(pids: 100, hardLimitOf: _ => ulong.MaxValue, ownOomScoreAdjustment: 0).All.ToDictionary();

        Assert.Equal(1ul, limits["RLIMIT_CORE"]); // not 0: the source says why
        Assert.Equal(116ul, limits["RLIMIT_NPROC"]);
        Assert.Equal(4096ul, limits["RLIMIT_NOFILE"]);
    }

    [Theory]
    [InlineData(-500, 200)]
    [InlineData(0, 200)]
    [InlineData(900, 900)] // lowering takes a capability
    public void Create_OomScore_IsNeverBelowTheServers(int own, int expected) =>
        Assert.Equal(expected, ProcessLimits.Create(1, _ => 0, own).OomScoreAdjustment);
}
