using System.Collections.Concurrent;

namespace AgentSandbox.Server.Runtimes;

/// <summary>
/// Ends sandboxes off the request path, a few at a time. At shutdown it is asked to finish: nothing may stay behind.
/// </summary>
internal sealed partial class SandboxJanitor(TimeProvider time, ILogger<SandboxJanitor> logger) : IDisposable
{
    private const int Attempts = 5;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _slots = new(Math.Max(2, Environment.ProcessorCount));
    private readonly ConcurrentDictionary<Sandbox, Task> _running = new();

    /// <summary>Completes, never faulted, once the sandbox is gone or was given up. Nobody has to wait for it.</summary>
    /// <param name="first">Called when it is this sandbox's turn; must not fail.</param>
    public Task Remove(Sandbox sandbox, Func<Task>? first = null)
    {
        // Stored before it can end, so that the removal at its end always finds it.
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var removal = _running[sandbox] = RemoveAsync(sandbox, first, start.Task);
        start.SetResult();
        return removal;
    }

    /// <summary>Completes once every sandbox that was given so far is gone, or was given up.</summary>
    public Task DrainAsync() => Task.WhenAll(_running.Values);

    public void Dispose() => _slots.Dispose();

    private async Task RemoveAsync(Sandbox sandbox, Func<Task>? first, Task start)
    {
        await start;
        await _slots.WaitAsync();
        try
        {
            if (first is not null) await first();
            await DisposeAsync(sandbox);
        }
        finally
        {
            _slots.Release();
            _running.TryRemove(sandbox, out _);
        }
    }

    private async Task DisposeAsync(Sandbox sandbox)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await sandbox.DisposeAsync();
                return;
            }
            catch (Exception exception) when (attempt < Attempts)
            {
                Log.Retrying(logger, exception, sandbox.Spec.Id);
                await Task.Delay(RetryDelay, time, CancellationToken.None);
            }
            catch (Exception exception)
            {
                // Whatever is left is found again by its directory when the server next starts.
                Log.GaveUp(logger, exception, sandbox.Spec.Id);
                return;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2100, LogLevel.Warning, "Box {Box} could not be removed yet; trying again.")]
        public static partial void Retrying(ILogger logger, Exception exception, string box);

        [LoggerMessage(2101, LogLevel.Error, "Box {Box} could not be removed; it is removed when the server next starts.")]
        public static partial void GaveUp(ILogger logger, Exception exception, string box);
    }
}
