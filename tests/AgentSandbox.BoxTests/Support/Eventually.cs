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

    /// <param name="bound">For what takes long by design, or has promised to be quick.</param>
    /// <param name="describe">Says what is still missing.</param>
    public static async Task BecomesTrueAsync(Func<Task<bool>> condition, TimeSpan? bound = null, Func<string>? describe = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < (bound ?? Bound), $"It did not become true in time. {describe?.Invoke()}");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    public static Task BecomesTrueAsync(Func<bool> condition) => BecomesTrueAsync(() => Task.FromResult(condition()));
}
