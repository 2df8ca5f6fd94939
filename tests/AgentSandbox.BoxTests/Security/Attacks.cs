using AgentSandbox.BoxTests.Security.Targets;
using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.BoxTests.Security;

// Which attacks run on which target.

[Collection(OciAttackCollection.Name)]
public sealed class OciPosture(OciAttackedServer server) : PostureAttacks(server, RuntimeCapabilities.Standard);

[Collection(OciAttackCollection.Name)]
public sealed class OciGvisorPosture(OciAttackedServer server) : PostureAttacks(server, RuntimeCapabilities.Gvisor);

[Collection(DockerAttackCollection.Name)]
public sealed class DockerPosture(DockerAttackedServer server) : PostureAttacks(server, RuntimeCapabilities.Standard);

[Collection(DockerAttackCollection.Name)]
public sealed class DockerGvisorPosture(DockerAttackedServer server) : PostureAttacks(server, RuntimeCapabilities.Gvisor);

[Collection(OciAttackCollection.Name)]
public sealed class OciEscapeAttacks(OciAttackedServer server) : EscapeAttacks(server, RuntimeCapabilities.Standard);

[Collection(OciAttackCollection.Name)]
public sealed class OciGvisorEscapeAttacks(OciAttackedServer server) : EscapeAttacks(server, RuntimeCapabilities.Gvisor);

[Collection(DockerAttackCollection.Name)]
public sealed class DockerEscapeAttacks(DockerAttackedServer server) : EscapeAttacks(server, RuntimeCapabilities.Standard);

[Collection(DockerAttackCollection.Name)]
public sealed class DockerGvisorEscapeAttacks(DockerAttackedServer server) : EscapeAttacks(server, RuntimeCapabilities.Gvisor);

[Collection(OciAttackCollection.Name)]
public sealed class OciSystemCallAttacks(OciAttackedServer server) : SystemCallAttacks(server, RuntimeCapabilities.Standard);

[Collection(DockerAttackCollection.Name)]
public sealed class DockerSystemCallAttacks(DockerAttackedServer server) : SystemCallAttacks(server, RuntimeCapabilities.Standard);

[Collection(OciAttackCollection.Name)]
public sealed class OciGvisorAttacks(OciAttackedServer server) : GvisorAttacks(server);

[Collection(DockerAttackCollection.Name)]
public sealed class DockerGvisorAttacks(DockerAttackedServer server) : GvisorAttacks(server);
