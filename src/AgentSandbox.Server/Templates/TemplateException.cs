namespace AgentSandbox.Server.Templates;

/// <summary>
/// A template could not be read or built. The message is for the operator: it says what was wrong and what to do, and may
/// hold host paths and the words of external tools.
/// </summary>
internal sealed class TemplateException(string message, Exception? innerException = null) : Exception(message, innerException);
