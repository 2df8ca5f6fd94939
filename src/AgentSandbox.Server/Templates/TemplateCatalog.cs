using System.Collections.Concurrent;

namespace AgentSandbox.Server.Templates;

/// <summary>
/// The templates that are defined, and those of them that are built. Lives as long as the server; thread-safe. Only what
/// is built can be found, so no session can ask for a root file system that is not whole.
/// </summary>
internal sealed class TemplateCatalog
{
    private readonly ConcurrentDictionary<string, Template> _built = new(StringComparer.Ordinal);

    private TemplateCatalog(IReadOnlyList<TemplateDefinition> definitions) => Definitions = definitions;

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<TemplateDefinition> Definitions { get; }

    /// <summary>Reads every <c>*.json</c> of a folder.</summary>
    /// <exception cref="TemplateException">There is none, or some are not valid; all mistakes of all files at once.</exception>
    public static TemplateCatalog Load(string definitionsPath)
    {
        var definitions = new List<TemplateDefinition>();
        var errors = new List<string>();
        foreach (var file in FindFiles(definitionsPath))
        {
            try
            {
                definitions.Add(TemplateDefinitionReader.ReadFile(file));
            }
            catch (TemplateException failure)
            {
                errors.Add(failure.Message);
            }
        }

        if (errors.Count > 0) throw new TemplateException(string.Join('\n', errors));
        if (definitions.Count == 0) throw new TemplateException($"{definitionsPath}: there is no template (*.json) here.");
        return new TemplateCatalog(definitions);
    }

    public bool IsDefined(string name) => Definitions.Any(definition => string.Equals(definition.Name, name, StringComparison.Ordinal));

    public Template? Find(string name) => _built.GetValueOrDefault(name);

    public void Add(Template built) => _built[built.Name] = built;

    private static IEnumerable<string> FindFiles(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.json").Order(StringComparer.Ordinal) : [];
}
