using AgentSandbox.Server.Runtimes.Oci;

namespace AgentSandbox.Tests.Runtimes.Oci;

public sealed class IdMapTests
{
    [Fact]
    public void ForRoot_CoversAllIds_WithTheSandboxUserApart() => AssertComplete(IdMap.ForRoot(20_000_000), sandboxHostId: 20_000_000);

    [Fact]
    public void ForUser_CoversAllIds() => AssertComplete(IdMap.ForUser(1000, 165_536), sandboxHostId: 165_536 + IdMap.SandboxId - 1);

    private static void AssertComplete(IReadOnlyList<IdMapping> map, uint sandboxHostId)
    {
        var next = 0u;
        foreach (var mapping in map)
        {
            Assert.Equal(next, mapping.ContainerId);
            next += mapping.Size;
        }

        Assert.Equal(IdMap.Count, next);
        var sandbox = map.Last(mapping => mapping.ContainerId <= IdMap.SandboxId);
        Assert.Equal(sandboxHostId, sandbox.HostId + (IdMap.SandboxId - sandbox.ContainerId));
    }
}
