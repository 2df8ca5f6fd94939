using System.Diagnostics;

namespace AgentSandbox.Tests.Fuzzing;

/// <summary>
/// Feeds a target with variations of its seeds, and with variations of those that went a new way. The same seed gives the same
/// inputs. It works on a thread of its own, for an input that hangs must not hang whoever watches.
/// </summary>
internal sealed class Fuzzer(FuzzTarget target, int seed)
{
    private const int MostKnown = 4_096, MostFailures = 10;

    /// <summary>However short the time.</summary>
    private const int FewestInputs = 100;

    /// <summary>Far beyond what a machine under load may add to an input that takes microseconds.</summary>
    private static readonly TimeSpan HangsAfter = TimeSpan.FromSeconds(60);

    private readonly List<byte[]> _known = [.. target.Seeds];
    private readonly HashSet<int> _outcomes = [];
    private readonly List<FuzzFailure> _failures = [];
    private byte[] _current = [];
    private long _startedAt, _inputs, _mostAllocated;
    private TimeSpan _slowest;
    private volatile bool _stopped;

    /// <summary>Ends after so many inputs or so much time, whichever comes first.</summary>
    public FuzzReport Run(long maxInputs, TimeSpan maxTime, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        Volatile.Write(ref _startedAt, begun);
        var working = new Thread(() => Work(maxInputs)) { IsBackground = true };
        working.Start();
        var hangs = false;
        while (!working.Join(TimeSpan.FromMilliseconds(20)))
        {
            _stopped |= Stopwatch.GetElapsedTime(begun) >= maxTime || cancellationToken.IsCancellationRequested;
            hangs = Stopwatch.GetElapsedTime(Volatile.Read(ref _startedAt)) >= HangsAfter;
            if (hangs) break;
        }

        var failures = hangs ? [new FuzzFailure(_current, $"hangs: no end after {HangsAfter.TotalSeconds:0} s")] : _failures;
        return new FuzzReport(target.Name, _inputs, Stopwatch.GetElapsedTime(begun), _known.Count, _slowest, _mostAllocated, failures);
    }

    private void Work(long maxInputs)
    {
        foreach (var valid in target.Seeds) Feed(valid, isMeasured: false);      // code that runs first is compiled and slow
        var mutator = new Mutator(target, new Random(seed));
        while (_inputs < maxInputs && (!_stopped || _inputs < FewestInputs) && _failures.Count < MostFailures) Feed(mutator.Next(_known), isMeasured: true);
    }

    private void Feed(byte[] input, bool isMeasured)
    {
        _current = input;
        Volatile.Write(ref _startedAt, Stopwatch.GetTimestamp());
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var outcome = target.Run(input);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            if (isMeasured) Note(input, allocated);
            if (_outcomes.Add(outcome) && isMeasured && _known.Count < MostKnown) _known.Add(input);
        }
        catch (Exception exception)
        {
            _failures.Add(new FuzzFailure(input, exception.ToString()));
        }
        _inputs++;
    }

    private void Note(byte[] input, long allocated)
    {
        var elapsed = Stopwatch.GetElapsedTime(_startedAt);
        if (elapsed > _slowest) _slowest = elapsed;
        if (allocated > _mostAllocated) _mostAllocated = allocated;
        if (allocated <= target.AllocationFor(input.Length)) return;

        _failures.Add(new FuzzFailure(input, $"allocates {allocated} bytes, where {target.AllocationFor(input.Length)} are the limit"));
    }
}
