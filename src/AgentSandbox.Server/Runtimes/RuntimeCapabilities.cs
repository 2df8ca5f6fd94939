namespace AgentSandbox.Server.Runtimes;

/// <summary>What a runtime can do on this host, found by probing.</summary>
/// <param name="Isolations">The isolations on offer, <see cref="Standard"/> among them.</param>
internal sealed record RuntimeCapabilities(IReadOnlyList<string> Isolations, bool Pause)
{
    public const string Standard = "standard";
}
