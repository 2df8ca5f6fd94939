namespace AgentSandbox.Server;

/// <summary>The server cannot start as it is configured. The message is for the operator, one line per error.</summary>
internal sealed class ConfigurationException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<string> Errors { get; } = errors;
}
