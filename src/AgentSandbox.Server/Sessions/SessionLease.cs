using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.Server.Sessions;

/// <summary>One request's hold on a session's sandbox: it counts as activity until disposed.</summary>
internal sealed class SessionLease(Session session) : IDisposable
{
    private int _released;

    public Session Session => session;

    public Sandbox Sandbox => session.Sandbox;

    public GuestConnection Guest => session.Sandbox.Guest;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0) session.Release();
    }
}
