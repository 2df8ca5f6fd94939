using AgentSandbox.Guest.Native;

namespace AgentSandbox.Guest.Loop;

/// <summary>Told when its descriptor can be read or written.</summary>
internal interface IPolled
{
    void OnReady(Readiness ready);
}
