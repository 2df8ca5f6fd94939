namespace AgentSandbox.Bench;

/// <summary>A host refused, or did something other than what was asked; the message says what.</summary>
internal sealed class BenchException(string message) : Exception(message);
