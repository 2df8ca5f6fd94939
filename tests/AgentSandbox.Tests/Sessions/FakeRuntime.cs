using System.Collections.Concurrent;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Tests.Guests;

namespace AgentSandbox.Tests.Sessions;

/// <summary>Boxes that are nothing but a guest's greeting, and fail when told to.</summary>
internal sealed class FakeRuntime : ISandboxRuntime
{
    private readonly ConcurrentDictionary<SandboxHandle, FakeGuest> _guests = new();

    public string Name => "fake";

    public RuntimeCapabilities Capabilities { get; } = new([RuntimeCapabilities.Standard], Pause: false);

    public IReadOnlyList<RuntimeHost> Hosts { get; } = [new(RuntimeHost.Local, null, 0, IsAvailable: true, [RuntimeCapabilities.Standard])];

    public Func<RuntimeHost, CancellationToken, Task<IReadOnlyCollection<string>>>? Examiner { get; set; }

    /// <summary>Asked before each box is made.</summary>
    public Func<CancellationToken, Task> Starting { get; set; } = _ => Task.CompletedTask;

    /// <summary>What every box uses; null when they are gone.</summary>
    public SandboxStats? Stats { get; set; } = new(0, 0, 0, 1, 0);

    public IEnumerable<FakeGuest> Guests => _guests.Values;

    public int Boxes => _guests.Count;

    public void Restrict(string host, IReadOnlyCollection<string> isolations) => throw new NotSupportedException();

    public async Task<SandboxHandle> StartAsync(SandboxSpec spec, CancellationToken cancellationToken)
    {
        await Starting(cancellationToken);
        var handle = new Handle(spec.Id);
        _guests[handle] = new FakeGuest();
        return handle;
    }

    public async Task<Stream> ConnectAsync(SandboxHandle handle, CancellationToken cancellationToken)
    {
        var guest = _guests[handle];
        if (guest.HasHungUp) throw new SandboxRuntimeException(RuntimeError.Gone, "It hung up.");
        await guest.SendHelloAsync();
        return guest.ServerEnd;
    }

    public ValueTask<SandboxStats> ReadStatsAsync(SandboxHandle handle, CancellationToken cancellationToken) =>
        Stats is { } stats ? ValueTask.FromResult(stats) : throw new SandboxRuntimeException(RuntimeError.Gone, "It is gone.");

    public ValueTask<EnforcedLimits> ReadLimitsAsync(SandboxHandle handle, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<long> ReadOomKillsAsync(SandboxHandle handle, long? moreThan = null) => ValueTask.FromResult(0L);

    public async Task StopAsync(SandboxHandle handle, CancellationToken cancellationToken)
    {
        if (_guests.TryRemove(handle, out var guest)) await guest.DisposeAsync();
    }

    public Task PauseAsync(SandboxHandle handle, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ResumeAsync(SandboxHandle handle, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<SandboxHandle>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<SandboxHandle>>([.. _guests.Keys]);

    public Task<int> PurgeAsync(CancellationToken cancellationToken) => Task.FromResult(0);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Handle(string id) : SandboxHandle(id);
}
