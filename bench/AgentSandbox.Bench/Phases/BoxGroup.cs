using System.Collections.Concurrent;
using AgentSandbox.Bench.Hosts;
using AgentSandbox.Bench.Measuring;

namespace AgentSandbox.Bench.Phases;

/// <summary>
/// Boxes that a phase holds. When it is disposed they are removed, and the host has come to rest: nothing of it is left for
/// what is measured next. Thread-safe, but for the end.
/// </summary>
internal sealed class BoxGroup(ISandboxHost host, TimeProvider time, CancellationToken cancellationToken) : IAsyncDisposable
{
    private const int RemovedAtOnce = 4;

    private readonly ConcurrentBag<string> _ids = [];

    public IReadOnlyCollection<string> Ids => _ids;

    public async Task<string> CreateAsync(BoxSize size)
    {
        var id = await host.CreateAsync(size, cancellationToken);
        _ids.Add(id);
        return id;
    }

    public Task<Samples> CreateManyAsync(int count, int atOnce) =>
        Crowd.ForEachAsync([.. Enumerable.Range(0, count)], atOnce, (_, _) => CreateAsync(BoxSize.Usual), cancellationToken);

    /// <summary>Removes them all; returns how long after the last delete the host was at rest.</summary>
    public async Task<TimeSpan> RemoveAsync()
    {
        string[] ids = [.. _ids];
        _ids.Clear();
        var removed = await Crowd.ForEachAsync(ids, RemovedAtOnce, host.DeleteAsync, CancellationToken.None);
        return removed.Failures == 0
            ? await Quiet.WaitAsync(host, deleted: ids, time, cancellationToken)
            : throw new BenchException($"{removed.Failures} boxes of {host.Name} could not be removed: {removed.FirstFailure}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_ids.IsEmpty) await RemoveAsync();
    }
}
