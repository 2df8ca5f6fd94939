namespace AgentSandbox.Server.Templates;

/// <summary>How far the build of a template is.</summary>
/// <param name="Step">What is done now, for a person to read.</param>
/// <param name="Percent">Of the whole build, never falling.</param>
internal sealed record TemplateProgress(string Template, string Step, int Percent);
