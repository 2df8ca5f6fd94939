namespace AgentSandbox.Server.Templates;

/// <summary>Writes the progress of a build as one line per step, at once and in order.</summary>
internal sealed class TemplateProgressWriter(TextWriter output) : IProgress<TemplateProgress>
{
    public void Report(TemplateProgress value) => output.WriteLine($"Template {value.Template}: {value.Percent,3} % {value.Step}");
}
