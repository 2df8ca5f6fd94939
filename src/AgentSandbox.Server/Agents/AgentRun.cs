using AgentSandbox.Server.Commands;

namespace AgentSandbox.Server.Agents;

/// <summary>A run that has started. Owns its command; disposing releases the session.</summary>
internal sealed class AgentRun(string id, RunningCommand command) : IAsyncDisposable
{
    public string Id { get; } = id;

    public RunningCommand Command { get; } = command;

    public ValueTask DisposeAsync() => Command.DisposeAsync();
}
