namespace AgentSandbox.Server.Configuration;

/// <summary>Where the server finds its parts and keeps its state; all absolute.</summary>
/// <param name="DataDirectory">Everything that the server writes (<c>DATA_DIR</c>).</param>
/// <param name="GuestPath">The guest's binary on the host, which is also the launcher (<c>AGENT_SANDBOX_GUEST</c>).</param>
/// <param name="AgentsDirectory">One folder per agent (<c>AGENT_SANDBOX_AGENTS</c>).</param>
/// <param name="TemplatesDirectory">One definition per template (<c>AGENT_SANDBOX_TEMPLATES</c>).</param>
/// <param name="PageDirectory">The built page (<c>AGENT_SANDBOX_WEB</c>).</param>
internal sealed record ServerPaths(
    string DataDirectory,
    string GuestPath,
    string AgentsDirectory,
    string TemplatesDirectory,
    string PageDirectory);
