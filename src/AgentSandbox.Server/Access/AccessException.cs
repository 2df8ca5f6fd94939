namespace AgentSandbox.Server.Access;

/// <summary>Access cannot be decided or changed; the message says what the operator can do.</summary>
internal sealed class AccessException(string message, Exception? inner = null) : Exception(message, inner);
