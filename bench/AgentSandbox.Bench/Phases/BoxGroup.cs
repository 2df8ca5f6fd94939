using System.Collections.Concurrent;
using AgentSandbox.Bench.Hosts;
using AgentSandbox.Bench.Measuring;

namespace AgentSandbox.Bench.Phases;

/// <summary>Boxes that a phase holds; they are removed when it is disposed. Thread-safe.</summary>
internal sealed class BoxGroup(ISandboxHost host) : IAsyncDisposable
{
    private const int RemovedAtOnce = 4;

    private readonly ConcurrentBag<string> _ids = [];

    public IReadOnlyCollection<string> Ids => _ids;

    public async Task<string> CreateAsync(BoxSize size, CancellationToken cancellationToken)
    {
        var id = await host.CreateAsync(size, cancellationToken);
        _ids.Add(id);
        return id;
    }

    public Task<Samples> CreateManyAsync(int count, int atOnce, CancellationToken cancellationToken) =>
        Crowd.ForEachAsync([.. Enumerable.Range(0, count)], atOnce, (_, token) => CreateAsync(BoxSize.Usual, token), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        var removed = await Crowd.ForEachAsync(_ids, RemovedAtOnce, host.DeleteAsync, CancellationToken.None);
        if (removed.Failures == 0) return;

        await Console.Error.WriteLineAsync($"{removed.Failures} boxes of {host.Name} could not be removed: {removed.FirstFailure}");
    }
}
