using AgentSandbox.Server.Runtimes.Oci;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Tests.Templates;

/// <summary>Templates lie below the runtimes and cannot see their constants, but must agree with them.</summary>
public sealed class RootOwnerTests
{
    [Fact]
    public void HostIdBase_IsWhatBoxesMapTheirRootTo() => Assert.Equal(IdMap.HostBase, (uint)RootOwner.HostIdBase);

    [Fact]
    public void UserId_IsWhomBoxesRunAs() => Assert.Equal(IdMap.SandboxId, (uint)RootAccounts.UserId);
}
