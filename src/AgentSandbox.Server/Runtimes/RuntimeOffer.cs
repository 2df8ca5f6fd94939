namespace AgentSandbox.Server.Runtimes;

/// <summary>
/// What this server offers, as it was found by starting boxes: an isolation is on offer when a box with it has answered.
/// Filled before the first request; hosts that come later can only narrow what an isolation promises. Thread-safe.
/// </summary>
internal sealed class RuntimeOffer(ISandboxRuntime runtime, string defaultIsolation)
{
    private readonly Lock _gate = new();
    private volatile IReadOnlyDictionary<string, Walls> _walls = new Dictionary<string, Walls>(StringComparer.Ordinal);

    public ISandboxRuntime Runtime => runtime;

    public IReadOnlyList<string> Isolations => [.. _walls.Keys];

    /// <summary>What a session gets that names none.</summary>
    public string DefaultIsolation => defaultIsolation;

    /// <summary>The walls of each isolation on offer.</summary>
    public IReadOnlyDictionary<string, Walls> Walls => _walls;

    /// <summary>Takes in what was found on one more host: promised is what holds on all.</summary>
    public void Narrow(IReadOnlyDictionary<string, Walls> found)
    {
        lock (_gate)
        {
            var walls = new Dictionary<string, Walls>(_walls, StringComparer.Ordinal);
            foreach (var (isolation, here) in found) walls[isolation] = walls.TryGetValue(isolation, out var known) ? known.And(here) : here;
            _walls = walls;
        }
    }
}
