using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentSandbox.Server.Problems;
using NJsonSchema;

namespace AgentSandbox.Server.Agents;

/// <summary>
/// The agents that this server offers: one per folder with an <c>agent.json</c>. Read once at start; a broken manifest
/// stops the start and every broken one is named. Immutable.
/// </summary>
internal sealed partial class AgentCatalog
{
    private readonly FrozenDictionary<string, Agent> _agents;

    private AgentCatalog(IEnumerable<Agent> agents) =>
        _agents = agents.ToFrozenDictionary(agent => agent.Manifest.Name, StringComparer.Ordinal);

    public IEnumerable<Agent> All => _agents.Values.OrderBy(agent => agent.Manifest.Name, StringComparer.Ordinal);

    public Agent? Find(string name) => _agents.GetValueOrDefault(name);

    /// <exception cref="ConfigurationException">At least one manifest is wrong.</exception>
    public static AgentCatalog Load(string directory)
    {
        var agents = new List<Agent>();
        var errors = new List<string>();
        foreach (var folder in FoldersOf(directory))
        {
            var file = Path.Combine(folder, "agent.json");
            if (!File.Exists(file)) continue;
            try
            {
                agents.Add(LoadOne(file));
            }
            catch (Exception exception) when (exception is JsonException or IOException or InvalidDataException or UnauthorizedAccessException)
            {
                errors.Add($"{file}: {exception.Message}");
            }
        }

        return errors.Count == 0 ? new AgentCatalog(agents) : throw new ConfigurationException(errors);
    }

    private static IEnumerable<string> FoldersOf(string directory) =>
        Directory.Exists(directory) ? Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal) : [];

    private static Agent LoadOne(string file)
    {
        var manifest = JsonSerializer.Deserialize<AgentManifest>(File.ReadAllBytes(file), JsonSettings.Default)
            ?? throw new InvalidDataException("is empty");
        Check(manifest, Path.GetFileName(Path.GetDirectoryName(file)!));
        return new Agent(manifest, ParseSchema(manifest));
    }

    private static JsonSchema ParseSchema(AgentManifest manifest)
    {
        try
        {
            return JsonSchema.FromJsonAsync(manifest.InputSchema.GetRawText()).GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The library throws whatever its reader throws; for the operator all of it means the same.
            throw new InvalidDataException($"inputSchema is not a JSON schema: {exception.Message}", exception);
        }
    }

    private static void Check(AgentManifest manifest, string folder)
    {
        if (!Name.IsMatch(manifest.Name)) throw new InvalidDataException("name must be 1 to 64 of a-z, 0-9 and '-'");
        if (manifest.Name != folder) throw new InvalidDataException($"name is '{manifest.Name}', but must be that of its folder, '{folder}'");
        if (manifest.Command.Count == 0) throw new InvalidDataException("command must have at least one word");
        if (manifest.Limits.TimeoutMs is < 1 or > 3_600_000) throw new InvalidDataException("limits.timeoutMs must be from 1 to 3600000");
        if (manifest.Limits.MaxOutputBytes is < 1 or > 16 << 20) throw new InvalidDataException("limits.maxOutputBytes must be from 1 to 16777216");
    }

    [GeneratedRegex("^[a-z0-9-]{1,64}$", RegexOptions.None, 1000)]
    private static partial Regex Name { get; }
}
