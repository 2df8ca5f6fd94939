namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>A template as an engine has it.</summary>
/// <param name="Reference">What to create containers from.</param>
/// <param name="Variables">The names of the image's environment variables.</param>
internal sealed record DockerImage(string Reference, IReadOnlyList<string> Variables);
