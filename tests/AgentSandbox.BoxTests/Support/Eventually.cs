using System.Diagnostics;

namespace AgentSandbox.BoxTests.Support;

/// <summary>
/// For what the kernel or the server does in its own time and signals to nobody: asks again until it is so. Fails after a
/// bound that no healthy run comes near.
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <param name="bound">For what takes long by design.</param>
    public static async Task BecomesTrueAsync(Func<Task<bool>> condition, TimeSpan? bound = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < (bound ?? Bound), "It did not become true in time.");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    public static Task BecomesTrueAsync(Func<bool> condition) => BecomesTrueAsync(() => Task.FromResult(condition()));
}
