using AgentSandbox.BoxTests.Security.Targets;
using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.BoxTests.Security;

// Which abuse runs on which target. The guest that works on files is the same everywhere: it is attacked on both kernels.

[Collection(OciAttackCollection.Name)]
public sealed class OciResourceAttacks(OciAttackedServer server) : ResourceAttacks(server, RuntimeCapabilities.Standard);

[Collection(OciAttackCollection.Name)]
public sealed class OciGvisorResourceAttacks(OciAttackedServer server) : ResourceAttacks(server, RuntimeCapabilities.Gvisor);

[Collection(DockerAttackCollection.Name)]
public sealed class DockerResourceAttacks(DockerAttackedServer server) : ResourceAttacks(server, RuntimeCapabilities.Standard);

[Collection(DockerAttackCollection.Name)]
public sealed class DockerGvisorResourceAttacks(DockerAttackedServer server) : ResourceAttacks(server, RuntimeCapabilities.Gvisor);

[Collection(OciAttackCollection.Name)]
public sealed class OciKernelResourceAttacks(OciAttackedServer server) : KernelResourceAttacks(server, RuntimeCapabilities.Standard);

[Collection(OciAttackCollection.Name)]
public sealed class OciFileAttacks(OciAttackedServer server) : FileAttacks(server, RuntimeCapabilities.Standard);

[Collection(OciAttackCollection.Name)]
public sealed class OciGvisorFileAttacks(OciAttackedServer server) : FileAttacks(server, RuntimeCapabilities.Gvisor);

[Collection(OciAttackCollection.Name)]
public sealed class OciCommandAttacks(OciAttackedServer server) : CommandAttacks(server, RuntimeCapabilities.Standard);
