namespace AgentSandbox.Server.Runtimes;

/// <summary>
/// What this server offers, as it was found by starting boxes: an isolation is on offer when a box with it has answered.
/// Filled before the first request; hosts that come later can only narrow what an isolation promises. Thread-safe.
/// </summary>
internal sealed class RuntimeOffer(ISandboxRuntime runtime, string defaultIsolation)
{
    private readonly Lock _gate = new();
    private volatile IReadOnlyDictionary<string, IsolationOffer> _found = new Dictionary<string, IsolationOffer>(StringComparer.Ordinal);

    public ISandboxRuntime Runtime => runtime;

    public IReadOnlyList<string> Isolations => [.. _found.Keys];

    /// <summary>What a session gets that names none.</summary>
    public string DefaultIsolation => defaultIsolation;

    /// <summary>Each isolation on offer, as it was found.</summary>
    public IReadOnlyDictionary<string, IsolationOffer> Found => _found;

    /// <summary>Takes in what was found on one more host: promised is what holds on all.</summary>
    public void Narrow(IReadOnlyDictionary<string, IsolationOffer> found)
    {
        lock (_gate)
        {
            var all = new Dictionary<string, IsolationOffer>(_found, StringComparer.Ordinal);
            foreach (var (isolation, here) in found) all[isolation] = all.TryGetValue(isolation, out var known) ? known.And(here) : here;
            _found = all;
        }
    }
}
