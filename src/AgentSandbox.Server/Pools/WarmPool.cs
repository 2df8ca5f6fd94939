using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Pools;

/// <summary>
/// Ready, unclaimed sandboxes of the default template, on every host. It owns them until one is taken; a claim does no I/O.
/// The filler puts them in and is told when there is room. Thread-safe.
/// </summary>
internal sealed class WarmPool(PoolOptions options, ISandboxRuntime runtime, SandboxJanitor janitor) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Sandbox> _ready = [];                       // guarded by _gate; taken from the end
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _room = new(StringComparer.Ordinal);   // by host
    private bool _closed;                                             // guarded by _gate

    public int Count { get { lock (_gate) return _ready.Count; } }

    /// <summary>Whether a host has room for a box, and too few ready ones.</summary>
    public bool HasRoomOn(string name)
    {
        if (runtime.Hosts.FirstOrDefault(host => host.Name == name) is not { HasRoom: true } host || !host.Isolations.Contains(options.Isolation)) return false;
        lock (_gate) return !_closed && _ready.Count(ready => ready.Host == name) < options.Size;
    }

    /// <summary>
    /// Takes a living sandbox that was made exactly so, from the least loaded host; one with other limits has to be booted.
    /// </summary>
    public bool TryTake(Template template, SandboxLimits limits, string isolation, [NotNullWhen(true)] out Sandbox? sandbox)
    {
        var hosts = runtime.Hosts;
        lock (_gate)
        {
            sandbox = hosts.OrderBy(host => host.Load)
                .Select(host => _ready.FindLast(ready => ready.Host == host.Name && IsFit(ready)))
                .FirstOrDefault(ready => ready is not null);
            if (sandbox is not null) _ready.Remove(sandbox);
        }

        if (sandbox is not null) RoomOn(sandbox.Host).Release();
        return sandbox is not null;

        bool IsFit(Sandbox ready) =>
            ready.IsAlive && ready.Guest.IsConnected && ready.Spec.Template == template && ready.Spec.Limits == limits && ready.Spec.Isolation == isolation;
    }

    /// <summary>
    /// Takes a sandbox to give its place to one that is made differently, on a host that can have that. Null when there is none.
    /// </summary>
    public Sandbox? TakeForPlace(string isolation)
    {
        var hosts = runtime.Hosts.Where(host => host.IsAvailable && host.Isolations.Contains(isolation)).Select(host => host.Name).ToHashSet(StringComparer.Ordinal);
        lock (_gate)
        {
            var sandbox = _ready.Find(ready => hosts.Contains(ready.Host));
            if (sandbox is not null) _ready.Remove(sandbox);
            return sandbox;
        }
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
        else _ = janitor.Remove(sandbox);
    }

    /// <summary>Completes when a sandbox of the host was taken or discarded since the last call, or the limit is reached.</summary>
    public Task WaitForRoomAsync(string host, TimeSpan limit, CancellationToken cancellationToken) => RoomOn(host).WaitAsync(limit, cancellationToken);

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

        foreach (var sandbox in left) _ = janitor.Remove(sandbox);
    }

    public void Dispose()
    {
        foreach (var room in _room.Values) room.Dispose();
    }

    private SemaphoreSlim RoomOn(string host) => _room.GetOrAdd(host, static _ => new SemaphoreSlim(0));

    private async Task DiscardWhenDeadAsync(Sandbox sandbox)
    {
        await sandbox.Guest.Completion;
        bool wasReady;
        lock (_gate) wasReady = _ready.Remove(sandbox);
        if (!wasReady) return;

        _ = janitor.Remove(sandbox);
        RoomOn(sandbox.Host).Release();
    }
}
