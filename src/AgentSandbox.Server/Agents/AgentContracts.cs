using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentSandbox.Server.Agents;

internal sealed record AgentList(IReadOnlyList<AgentManifest> Items, string? NextCursor);

internal enum RunStatus
{
    Succeeded,
    Failed,
    TimedOut,
    OomKilled,
}

/// <summary>One execution of an agent, at its end.</summary>
/// <param name="Output">The agent's JSON; null unless it succeeded.</param>
/// <param name="Stderr">What it wrote to stderr beside its progress lines, at most 64 KiB.</param>
/// <param name="Error">Why it did not succeed; null if it did.</param>
internal sealed record RunResult(
    string Id,
    RunStatus Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] JsonElement? Output,
    string Stderr,
    long DurationMs,
    int? ExitCode,
    string? Signal,
    RunError? Error);

internal sealed record RunError(string Code, string Message);

internal sealed record RunStarted(string Id, int Pid);
