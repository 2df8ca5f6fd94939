using System.Text.Json;

namespace AgentSandbox.Server.Templates;

/// <summary>
/// The fields of one JSON object, each taken once and by its type. What is wrong is collected, so that one look shows all
/// of it; a field that is wrong gives an empty value.
/// </summary>
internal sealed class DefinitionFields(JsonElement root)
{
    private readonly Dictionary<string, JsonElement> _fields =
        root.EnumerateObject().ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal);

    private readonly List<string> _errors = [];

    /// <summary>The mistakes so far, and after them the fields that nobody took.</summary>
    public IReadOnlyList<string> Errors => [.. _errors, .. _fields.Keys.Select(unknown => $"{unknown}: there is no such field")];

    public bool Has(string name) => _fields.ContainsKey(name);

    public void Reject(string mistake) => _errors.Add(mistake);

    /// <summary>A text that is not empty.</summary>
    public string Text(string name)
    {
        if (Take(name, JsonValueKind.String, "a string") is not { } element) return "";
        if (ReadText(element) is { Length: > 0 } text) return text;

        Reject($"{name}: must not be empty");
        return "";
    }

    public List<string> Texts(string name, bool mayBeEmpty = false)
    {
        var texts = new List<string>();
        if (Take(name, JsonValueKind.Array, "an array of strings") is not { } element) return texts;

        if (element.GetArrayLength() == 0 && !mayBeEmpty) Reject($"{name}: must not be empty");
        var index = 0;
        foreach (var item in element.EnumerateArray())
        {
            if (ReadText(item) is { Length: > 0 } text) texts.Add(text);
            else Reject($"{name}[{index}]: must be a string that is not empty");
            index++;
        }

        return texts;
    }

    /// <summary>An object whose values are texts, which may be empty.</summary>
    public Dictionary<string, string> Pairs(string name, Func<string, bool> isName, string nameKind)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Take(name, JsonValueKind.Object, "an object of strings") is not { } element) return pairs;

        foreach (var pair in element.EnumerateObject())
        {
            if (!isName(pair.Name)) Reject($"{name}: '{pair.Name}' is not the name of {nameKind}");
            else if (ReadText(pair.Value) is not { } text) Reject($"{name}.{pair.Name}: must be a string");
            else pairs.Add(pair.Name, text);
        }

        return pairs;
    }

    private JsonElement? Take(string name, JsonValueKind kind, string kindName)
    {
        if (!_fields.Remove(name, out var element)) Reject($"{name}: is missing");
        else if (element.ValueKind != kind) Reject($"{name}: must be {kindName}");
        else return element;

        return null;
    }

    /// <summary>Text that the kernel takes as one argument or variable: it ends at the first NUL, so there may be none.</summary>
    private static string? ReadText(JsonElement element) =>
        element.ValueKind == JsonValueKind.String && element.GetString() is { } text && !text.Contains('\0') ? text : null;
}
