namespace AgentSandbox.Guest.Loop;

/// <summary>Something to do once, later. Disposing it before makes it never happen.</summary>
internal sealed class LoopTimer(EventLoop loop, long dueMs, Action action) : IDisposable
{
    public long DueMs => dueMs;

    public void Fire() => action();

    public void Dispose() => loop.Cancel(this);
}
