using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.Server.Sessions;

/// <summary>A validated wish for a session.</summary>
internal sealed record SessionRequest(
    string Template,
    string Isolation,
    long TimeoutMs,
    SandboxLimits Limits,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyDictionary<string, string> Metadata);
