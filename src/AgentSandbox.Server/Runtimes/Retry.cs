namespace AgentSandbox.Server.Runtimes;

/// <summary>
/// Pauses between looks at something that the kernel finishes soon and does not announce: short at first, then longer,
/// up to a total.
/// </summary>
internal sealed class Retry(TimeProvider timeProvider, TimeSpan total)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);

    private readonly long _started = timeProvider.GetTimestamp();
    private TimeSpan _pause = TimeSpan.FromMilliseconds(1);

    /// <summary>False, at once, when the total is used up.</summary>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        if (timeProvider.GetElapsedTime(_started) >= total) return false;

        await Task.Delay(_pause, timeProvider, cancellationToken).ConfigureAwait(false);
        if (_pause < Longest) _pause *= 2;
        return true;
    }
}
