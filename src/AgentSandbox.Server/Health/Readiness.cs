namespace AgentSandbox.Server.Health;

/// <summary>Whether a real command has run in a real box since the start. Thread-safe.</summary>
internal sealed class Readiness
{
    private volatile bool _isReady;

    public bool IsReady => _isReady;

    public void Set() => _isReady = true;
}
