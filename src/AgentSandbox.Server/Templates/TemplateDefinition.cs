namespace AgentSandbox.Server.Templates;

/// <summary>What a template shall be, as written in one file of <c>templates/</c>. Immutable.</summary>
/// <param name="Name">Its name in the API, which is also the name of the file.</param>
/// <param name="Environment">What every command in the box starts with; laid over what an image sets itself.</param>
/// <param name="Shell">The words before a command line, such as <c>/bin/bash -c</c>; none when there is no shell.</param>
internal sealed record TemplateDefinition(
    string Name,
    string Description,
    TemplateSource Source,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<string> Shell);
