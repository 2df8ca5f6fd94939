using AgentSandbox.Server.Runtimes.Cgroups;

namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>What was found on this host and decided from it, before the first box starts.</summary>
/// <param name="Rootless">The subordinate ids to use when the server runs as an ordinary user; null when it is root.</param>
/// <param name="Gvisor">What makes boxes of isolation <see cref="RuntimeCapabilities.Gvisor"/>; null when nothing here does.</param>
internal sealed record OciHost(OciBinary Binary, CgroupTree Cgroups, SubordinateIds? Rootless, OciBinary? Gvisor = null)
{
    public IReadOnlyList<string> Isolations =>
        Gvisor is null ? [RuntimeCapabilities.Standard] : [RuntimeCapabilities.Standard, RuntimeCapabilities.Gvisor];

    /// <summary>Null when there is no such isolation here.</summary>
    public OciBinary? BinaryFor(string isolation) => isolation switch
    {
        RuntimeCapabilities.Standard => Binary,
        RuntimeCapabilities.Gvisor => Gvisor,
        _ => null,
    };
}
