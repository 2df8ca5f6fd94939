namespace AgentSandbox.Server.Runtimes;

/// <summary>
/// A runtime could not do what it was asked. The message is for the operator's log: it may hold host paths and the words
/// of external tools, and must not reach a client.
/// </summary>
internal class SandboxRuntimeException(RuntimeError error, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public SandboxRuntimeException(string message, Exception? innerException = null)
        : this(RuntimeError.Failed, message, innerException)
    {
    }

    public RuntimeError Error { get; } = error;
}
