namespace AgentSandbox.Server.Audit;

/// <summary>The audit log cannot be opened; the message says what the operator can do.</summary>
internal sealed class AuditException(string message, Exception? inner = null) : Exception(message, inner);
