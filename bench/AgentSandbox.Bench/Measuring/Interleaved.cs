using System.Diagnostics;
using AgentSandbox.Bench.Hosts;

namespace AgentSandbox.Bench.Measuring;

/// <summary>One side of a comparison.</summary>
internal sealed record Contender(ISandboxHost Host, Share Share);

/// <summary>How much of the work is one contender's.</summary>
/// <param name="PerRound">Measurements per round: more for a fast one, so that its tail is known too.</param>
/// <param name="WarmUp">Measurements that are thrown away first.</param>
internal sealed record Share(int PerRound, int WarmUp);

/// <summary>
/// Measures one operation on several hosts in turns, so that all of them see the same machine in the same minute. Ends
/// after the given rounds or the given time, whichever is first.
/// </summary>
internal sealed class Interleaved(int rounds, TimeSpan timeLimit, TimeProvider time)
{
    /// <summary>What one measurement leaves running (a pool that refills, a box that is cleaned up) must not burden the next.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(25);

    private const int TooManyFailures = 5;

    /// <param name="measure">Does the operation with all that it needs before and after, and returns the time of the part that counts.</param>
    public async Task<IReadOnlyDictionary<ISandboxHost, Samples>> MeasureAsync(
        IReadOnlyList<Contender> contenders, Func<ISandboxHost, CancellationToken, Task<TimeSpan>> measure, CancellationToken cancellationToken)
    {
        foreach (var contender in contenders)
        {
            for (var i = 0; i < contender.Share.WarmUp; i++) await measure(contender.Host, cancellationToken);
        }

        var results = contenders.ToDictionary(contender => contender.Host, _ => new Samples());
        var started = Stopwatch.GetTimestamp();
        for (var round = 0; round < rounds && Stopwatch.GetElapsedTime(started) < timeLimit; round++)
        {
            foreach (var contender in contenders)
            {
                await MeasureTurnAsync(contender, results[contender.Host], measure, cancellationToken);
            }
        }

        return results;
    }

    private async Task MeasureTurnAsync(
        Contender contender, Samples samples, Func<ISandboxHost, CancellationToken, Task<TimeSpan>> measure, CancellationToken cancellationToken)
    {
        for (var i = 0; i < contender.Share.PerRound && samples.Failures < TooManyFailures; i++)
        {
            await Task.Delay(Settle, time, cancellationToken);
            try
            {
                samples.Add(await measure(contender.Host, cancellationToken));
            }
            catch (Exception failure) when (failure is BenchException or HttpRequestException or IOException)
            {
                samples.AddFailure(failure);
            }
        }
    }
}
