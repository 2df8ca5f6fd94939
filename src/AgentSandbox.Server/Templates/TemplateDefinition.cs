namespace AgentSandbox.Server.Templates;

/// <summary>What a template shall be, as written in one file of <c>templates/</c>. Immutable.</summary>
/// <param name="Name">Its name in the API, which is also the name of the file.</param>
/// <param name="Suite">The Debian release, such as <c>bookworm</c>.</param>
/// <param name="Packages">Debian packages; what they depend on comes along, what they recommend does not.</param>
/// <param name="Environment">What every command in the box starts with.</param>
/// <param name="Shell">The words before a command line, such as <c>/bin/bash -c</c>.</param>
internal sealed record TemplateDefinition(
    string Name,
    string Description,
    string Suite,
    IReadOnlyList<string> Packages,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<string> Shell);
