using AgentSandbox.Server.Runtimes.Oci;

namespace AgentSandbox.Tests.Runtimes.Oci;

public sealed class ServerIdentityTests
{
    [Fact]
    public void CgroupName_SameDirectoryWrittenDifferently_IsTheSame() =>
        Assert.Equal(new ServerIdentity("/data/run").CgroupName, new ServerIdentity("/data/x/../run").CgroupName);

    [Fact]
    public void CgroupName_OtherDirectory_IsAnother() =>
        Assert.NotEqual(new ServerIdentity("/data/a").CgroupName, new ServerIdentity("/data/b").CgroupName);
}
