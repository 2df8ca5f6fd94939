using System.Text.Json;

namespace AgentSandbox.Server.Agents;

/// <summary>
/// What an agent says of itself, from the <c>agent.json</c> in its folder.
/// </summary>
/// <param name="Name">Its name in the API and its folder under <c>/app</c>: <c>a-z 0-9 -</c>.</param>
/// <param name="Command">The words that start it in the box.</param>
/// <param name="InputSchema">JSON Schema of the whole input object, as it is given on stdin.</param>
/// <param name="OutputSchema">JSON Schema of the object on stdout.</param>
/// <param name="Display">Hints for a page: titles, labels, how to show each part. Free in form.</param>
internal sealed record AgentManifest(
    string Name,
    string Version,
    string Description,
    IReadOnlyList<string> Command,
    JsonElement InputSchema,
    JsonElement OutputSchema,
    AgentLimits Limits,
    JsonElement? Display = null);

/// <param name="TimeoutMs">The longest run, in milliseconds; 1 to 3 600 000.</param>
/// <param name="MaxOutputBytes">The most that stdout may hold; 1 to 16 MiB.</param>
internal sealed record AgentLimits(long TimeoutMs, int MaxOutputBytes);
