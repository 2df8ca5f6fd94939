using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Oci;

namespace AgentSandbox.Tests.Runtimes.Oci;

public sealed class HostIdPoolTests
{
    [Fact]
    public void Rent_UntilNoneIsLeft_NeverLendsTwice()
    {
        var pool = new HostIdPool(serverHash: 7);

        var ids = Enumerable.Range(0, (int)HostIdPool.IdsPerServer).Select(_ => pool.Rent()).ToHashSet();

        Assert.Equal((int)HostIdPool.IdsPerServer, ids.Count);
        Assert.Throws<SandboxRuntimeException>(() => pool.Rent());
        pool.Return(ids.First());
        Assert.Equal(ids.First(), pool.Rent());
    }

    [Fact]
    public void Rent_AfterReturn_LetsTheIdRest()
    {
        var pool = new HostIdPool(serverHash: 0);
        var first = pool.Rent();
        pool.Return(first);

        Assert.NotEqual(first, pool.Rent());
    }

    [Fact]
    public void Rent_ReservedId_IsSkipped()
    {
        var pool = new HostIdPool(serverHash: 0);
        pool.Reserve(HostIdPool.FirstId);

        Assert.Equal(HostIdPool.FirstId + 1, pool.Rent());
    }

    [Fact]
    public void Rent_OtherServers_UseOtherRanges()
    {
        var last = new HostIdPool(ushort.MaxValue).Rent();

        Assert.Equal(HostIdPool.IdsPerServer, new HostIdPool(1).Rent() - new HostIdPool(0).Rent());
        Assert.InRange(last, HostIdPool.FirstId, (uint)int.MaxValue - HostIdPool.IdsPerServer); // some tools read ids as signed
    }
}
