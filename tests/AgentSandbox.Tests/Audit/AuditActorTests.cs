using System.Buffers;
using AgentSandbox.Server.Audit;

namespace AgentSandbox.Tests.Audit;

public sealed class AuditActorTests
{
    /// <summary>What has no value is left out of a line, so a line must be readable without it.</summary>
    [Fact]
    public void Append_OfACallerWithoutAKey_IsReadBack()
    {
        var line = new ArrayBufferWriter<byte>();
        new AuditChain(0, AuditChain.Start).Append(new AuditEntry { Action = "createSession", Who = new AuditActor("anonymous", "anonymous") }, line);

        Assert.Equal("anonymous", AuditChain.TryRead(line.WrittenSpan)?.Who?.Owner);
    }
}
