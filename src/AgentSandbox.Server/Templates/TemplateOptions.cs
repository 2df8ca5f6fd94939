namespace AgentSandbox.Server.Templates;

/// <summary>Where the builder takes its parts from and where it keeps what it built.</summary>
/// <param name="StorePath">Built templates; made when missing. Must be on one file system, because files are hard-linked.</param>
/// <param name="GuestFile">The static binary that becomes PID 1 of every box.</param>
/// <param name="AgentsPath">The folder with one folder per agent.</param>
/// <param name="Mirror">A Debian mirror in mmdebstrap's words; null for Debian's own servers.</param>
internal sealed record TemplateOptions(string StorePath, string GuestFile, string AgentsPath, string? Mirror = null);
