using AgentSandbox.Server.Runtimes.Cgroups;

namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>What was found on this host and decided from it, before the first box starts.</summary>
/// <param name="Rootless">The subordinate ids to use when the server runs as an ordinary user; null when it is root.</param>
internal sealed record OciHost(OciBinary Binary, CgroupTree Cgroups, SubordinateIds? Rootless);
