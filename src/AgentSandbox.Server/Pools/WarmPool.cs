using System.Diagnostics.CodeAnalysis;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Pools;

/// <summary>
/// Ready, unclaimed sandboxes of the default template. It owns them until one is taken; a claim does no I/O. The filler
/// puts them in and is told when there is room. Thread-safe.
/// </summary>
internal sealed class WarmPool(PoolOptions options, SandboxJanitor janitor) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Sandbox> _ready = [];                       // guarded by _gate; taken from the end
    private readonly SemaphoreSlim _room = new(0);
    private bool _closed;                                             // guarded by _gate

    public int Count { get { lock (_gate) return _ready.Count; } }

    public bool IsFull { get { lock (_gate) return _closed || _ready.Count >= options.Size; } }

    /// <summary>Takes a living sandbox that was made exactly so; one with other limits has to be booted.</summary>
    public bool TryTake(Template template, SandboxLimits limits, string isolation, [NotNullWhen(true)] out Sandbox? sandbox)
    {
        lock (_gate)
        {
            var index = _ready.FindLastIndex(ready =>
                ready.IsAlive && ready.Spec.Template == template && ready.Spec.Limits == limits && ready.Spec.Isolation == isolation);
            sandbox = index < 0 ? null : _ready[index];
            if (sandbox is not null) _ready.RemoveAt(index);
        }

        if (sandbox is not null) _room.Release();
        return sandbox is not null;
    }

    public void Put(Sandbox sandbox)
    {
        bool kept;
        lock (_gate)
        {
            kept = !_closed;
            if (kept) _ready.Add(sandbox);
        }

        if (kept) _ = DiscardWhenDeadAsync(sandbox);
        else janitor.Remove(sandbox);
    }

    /// <summary>Completes when a sandbox was taken or discarded since the last call.</summary>
    public Task WaitForRoomAsync(CancellationToken cancellationToken) => _room.WaitAsync(cancellationToken);

    /// <summary>Gives up all sandboxes and takes no more.</summary>
    public void Close()
    {
        List<Sandbox> left;
        lock (_gate)
        {
            _closed = true;
            left = [.. _ready];
            _ready.Clear();
        }

        left.ForEach(janitor.Remove);
    }

    public void Dispose() => _room.Dispose();

    private async Task DiscardWhenDeadAsync(Sandbox sandbox)
    {
        await sandbox.Guest.Completion;
        bool wasReady;
        lock (_gate) wasReady = _ready.Remove(sandbox);
        if (!wasReady) return;

        janitor.Remove(sandbox);
        _room.Release();
    }
}
