namespace AgentSandbox.Protocol;

/// <summary>The peer broke the protocol. The connection cannot go on; the processes in the box can.</summary>
public sealed class ProtocolException(string message) : Exception(message);
