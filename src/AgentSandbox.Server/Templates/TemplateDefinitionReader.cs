using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentSandbox.Server.Templates;

/// <summary>Reads one definition and reports every mistake in it at once, each with the field that it is in.</summary>
internal sealed partial class TemplateDefinitionReader
{
    private static readonly string[] RequiredVariables = ["PATH", "HOME"];

    private static readonly JsonDocumentOptions Format = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
    };

    private readonly List<string> _errors = [];

    private TemplateDefinitionReader()
    {
    }

    /// <exception cref="TemplateException">The file is missing, is not JSON, or is no valid definition.</exception>
    public static TemplateDefinition ReadFile(string path)
    {
        try
        {
            return Read(Path.GetFileNameWithoutExtension(path), File.ReadAllBytes(path));
        }
        catch (IOException failure)
        {
            throw new TemplateException($"{path}: {failure.Message}", failure);
        }
    }

    /// <exception cref="TemplateException">The text is not JSON, or no valid definition.</exception>
    public static TemplateDefinition Read(string fileName, ReadOnlyMemory<byte> json)
    {
        var reader = new TemplateDefinitionReader();
        var definition = reader.Parse(fileName, json);
        if (definition is not null && reader._errors.Count == 0) return definition;

        throw new TemplateException($"{fileName}.json is not a template:\n  " + string.Join("\n  ", reader._errors));
    }

    private TemplateDefinition? Parse(string fileName, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Format);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return Parse(fileName, document.RootElement);

            _errors.Add("the file must hold one object");
        }
        catch (JsonException failure)
        {
            _errors.Add(failure.Message);
        }

        return null;
    }

    private TemplateDefinition Parse(string fileName, JsonElement root)
    {
        var fields = root.EnumerateObject().ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal);
        var definition = new TemplateDefinition(
            TakeName(fields, fileName),
            TakeString(fields, "description") ?? "",
            TakeSuite(fields),
            TakePackages(fields),
            TakeEnvironment(fields),
            TakeShell(fields));

        _errors.AddRange(fields.Keys.Select(unknown => $"{unknown}: there is no such field"));
        return definition;
    }

    private string TakeName(Dictionary<string, JsonElement> fields, string fileName)
    {
        var name = TakeString(fields, "name") ?? "";
        if (name.Length > 0 && !NamePattern().IsMatch(name)) _errors.Add("name: 1 to 63 of a-z, 0-9 and '-', not '-' first");
        if (name.Length > 0 && !string.Equals(name, fileName, StringComparison.Ordinal)) _errors.Add($"name: must be '{fileName}', as the file is called");
        return name;
    }

    private string TakeSuite(Dictionary<string, JsonElement> fields)
    {
        var suite = TakeString(fields, "suite") ?? "";
        if (suite.Length > 0 && !NamePattern().IsMatch(suite)) _errors.Add($"suite: '{suite}' is not the name of a Debian release");
        return suite;
    }

    private List<string> TakePackages(Dictionary<string, JsonElement> fields)
    {
        var packages = TakeStrings(fields, "packages");
        foreach (var package in packages.Where(package => !PackagePattern().IsMatch(package)))
        {
            _errors.Add($"packages: '{package}' is not the name of a Debian package");
        }

        foreach (var twice in packages.GroupBy(package => package, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            _errors.Add($"packages: '{twice.Key}' is listed more than once");
        }

        return packages;
    }

    private List<string> TakeShell(Dictionary<string, JsonElement> fields)
    {
        var shell = TakeStrings(fields, "shell");
        if (shell.Count > 0 && !shell[0].StartsWith('/')) _errors.Add("shell: the first word must be an absolute path");
        return shell;
    }

    private Dictionary<string, string> TakeEnvironment(Dictionary<string, JsonElement> fields)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Take(fields, "environment", JsonValueKind.Object, "an object of strings") is not { } element) return variables;

        foreach (var variable in element.EnumerateObject())
        {
            if (!VariablePattern().IsMatch(variable.Name)) _errors.Add($"environment: '{variable.Name}' is not the name of a variable");
            else if (ReadText(variable.Value) is not { } text) _errors.Add($"environment.{variable.Name}: must be a string");
            else variables.Add(variable.Name, text);
        }

        _errors.AddRange(RequiredVariables.Where(name => !variables.ContainsKey(name)).Select(name => $"environment.{name}: is missing"));
        return variables;
    }

    private List<string> TakeStrings(Dictionary<string, JsonElement> fields, string name)
    {
        var strings = new List<string>();
        if (Take(fields, name, JsonValueKind.Array, "an array of strings") is not { } element) return strings;

        if (element.GetArrayLength() == 0) _errors.Add($"{name}: must not be empty");
        var index = 0;
        foreach (var item in element.EnumerateArray())
        {
            if (ReadText(item) is { Length: > 0 } text) strings.Add(text);
            else _errors.Add($"{name}[{index}]: must be a string that is not empty");
            index++;
        }

        return strings;
    }

    private string? TakeString(Dictionary<string, JsonElement> fields, string name)
    {
        if (Take(fields, name, JsonValueKind.String, "a string") is not { } element) return null;
        if (ReadText(element) is { Length: > 0 } text) return text;

        _errors.Add($"{name}: must not be empty");
        return null;
    }

    private JsonElement? Take(Dictionary<string, JsonElement> fields, string name, JsonValueKind kind, string kindName)
    {
        if (!fields.Remove(name, out var element)) _errors.Add($"{name}: is missing");
        else if (element.ValueKind != kind) _errors.Add($"{name}: must be {kindName}");
        else return element;

        return null;
    }

    /// <summary>Text that the kernel takes as one argument or variable: it ends at the first NUL, so there may be none.</summary>
    private static string? ReadText(JsonElement element) =>
        element.ValueKind == JsonValueKind.String && element.GetString() is { } text && !text.Contains('\0') ? text : null;

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$", RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern();

    // Debian Policy, chapter 5.6.1: how packages are named.
    [GeneratedRegex(@"^[a-z0-9][a-z0-9+.-]+$", RegexOptions.NonBacktracking)]
    private static partial Regex PackagePattern();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.NonBacktracking)]
    private static partial Regex VariablePattern();
}
