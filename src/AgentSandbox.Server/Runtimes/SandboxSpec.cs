using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Runtimes;

/// <summary>What a box shall be.</summary>
/// <param name="Id">Unique among live boxes: 1 to 32 characters of <c>a-z 0-9</c>. Names of host resources derive from it.</param>
/// <param name="Host">The host that it shall run on; null leaves the choice to the runtime.</param>
internal sealed record SandboxSpec(string Id, Template Template, SandboxLimits Limits, string Isolation, string? Host = null);
