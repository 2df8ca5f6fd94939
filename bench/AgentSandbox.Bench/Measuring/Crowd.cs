using System.Diagnostics;

namespace AgentSandbox.Bench.Measuring;

/// <summary>Many callers at once.</summary>
internal static class Crowd
{
    /// <summary>Does something for every item, so many at a time; times each and counts failures.</summary>
    public static async Task<Samples> ForEachAsync<T>(
        IReadOnlyCollection<T> items, int atOnce, Func<T, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var queue = new Queue<T>(items);
        var gate = new Lock();
        return await RunAsync(atOnce, Next, cancellationToken);

        Func<CancellationToken, Task>? Next()
        {
            lock (gate) return queue.TryDequeue(out var item) ? token => work(item, token) : null;
        }
    }

    /// <summary>Does something again and again for a while, by so many workers. What has begun is finished.</summary>
    public static Task<Samples> ForAsync(TimeSpan duration, int atOnce, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        return RunAsync(atOnce, () => Stopwatch.GetElapsedTime(started) < duration ? work : null, cancellationToken);
    }

    private static async Task<Samples> RunAsync(int workers, Func<Func<CancellationToken, Task>?> next, CancellationToken cancellationToken)
    {
        var all = new Samples();
        foreach (var samples in await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync()))) all.Merge(samples);
        return all;

        async Task<Samples> WorkAsync()
        {
            var samples = new Samples();
            while (next() is { } work) await TimeAsync(samples, work, cancellationToken);
            return samples;
        }
    }

    private static async Task TimeAsync(Samples samples, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await work(cancellationToken);
            samples.Add(Stopwatch.GetElapsedTime(started));
        }
        catch (Exception failure) when (failure is BenchException or HttpRequestException or IOException)
        {
            samples.AddFailure(failure);
        }
    }
}
