using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentSandbox.BoxTests.Security;

/// <summary>An operation of the API, as its own description tells it: later ones are found without a change here.</summary>
/// <param name="Example">A body of the right form; null when there is none, or none in JSON.</param>
internal sealed record ApiOperation(string Method, string Path, IReadOnlyList<string> PathNames, IReadOnlyList<string> QueryNames, JsonNode? Example)
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch"];

    public static IReadOnlyList<ApiOperation> ReadAll(JsonElement document) =>
    [
        .. from path in document.GetProperty("paths").EnumerateObject()
           from operation in path.Value.EnumerateObject()
           where Methods.Contains(operation.Name)
           select new ApiOperation(
               operation.Name.ToUpperInvariant(),
               path.Name,
               [.. NamesOf(operation.Value, "path")],
               [.. NamesOf(operation.Value, "query")],
               ExampleOf(document, operation.Value)),
    ];

    private static IEnumerable<string> NamesOf(JsonElement operation, string place) =>
        from parameter in operation.TryGetProperty("parameters", out var all) ? all.EnumerateArray().AsEnumerable() : []
        where parameter.GetProperty("in").GetString() == place
        select parameter.GetProperty("name").GetString();

    private static JsonNode? ExampleOf(JsonElement document, JsonElement operation)
    {
        if (!operation.TryGetProperty("requestBody", out var body)) return null;
        return body.GetProperty("content").TryGetProperty("application/json", out var json) ? Make(document, json.GetProperty("schema")) : null;
    }

    private static JsonNode? Make(JsonElement document, JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            return Make(document, document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]));
        if (schema.TryGetProperty("oneOf", out var choices)) return Make(document, choices.EnumerateArray().Last());
        if (schema.TryGetProperty("properties", out var properties))
            return new JsonObject(properties.EnumerateObject().Select(property => KeyValuePair.Create(property.Name, Make(document, property.Value))));
        if (schema.TryGetProperty("enum", out var values)) return JsonValue.Create(values[0].ToString());

        return TypeOf(schema) switch
        {
            "object" => new JsonObject { ["a"] = "x" },
            "array" => new JsonArray("x"),
            "integer" or "number" => JsonValue.Create(1),
            "boolean" => JsonValue.Create(false),
            _ => JsonValue.Create("x"),
        };
    }

    /// <summary>Of several types the one that says most.</summary>
    private static string? TypeOf(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out var type)) return null;
        if (type.ValueKind is not JsonValueKind.Array) return type.GetString();
        return type.EnumerateArray().Select(one => one.GetString()).OrderBy(one => one is "null" ? 2 : one is "string" ? 1 : 0).First();
    }
}
