using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentSandbox.Server.Templates;

/// <summary>Reads one definition and reports every mistake in it at once, each with the field that it is in.</summary>
internal sealed partial class TemplateDefinitionReader
{
    private static readonly string[] RequiredVariables = ["PATH", "HOME"];
    private static readonly string[] ImageShell = ["/bin/sh", "-c"];

    private static readonly JsonDocumentOptions Format = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>Stands for a source whose mistakes have been reported.</summary>
    private static readonly TemplateSource Mistaken = new TemplateSource.Debian("", []);

    private readonly DefinitionFields _fields;

    private TemplateDefinitionReader(DefinitionFields fields) => _fields = fields;

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
        try
        {
            using var document = JsonDocument.Parse(json, Format);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw Invalid(fileName, ["the file must hold one object"]);

            var fields = new DefinitionFields(document.RootElement);
            var definition = new TemplateDefinitionReader(fields).Read(fileName);
            return fields.Errors.Count == 0 ? definition : throw Invalid(fileName, fields.Errors);
        }
        catch (JsonException failure)
        {
            throw Invalid(fileName, [failure.Message]);
        }
    }

    private static TemplateException Invalid(string fileName, IEnumerable<string> errors) =>
        new($"{fileName}.json is not a template:\n  " + string.Join("\n  ", errors));

    private TemplateDefinition Read(string fileName)
    {
        var isImage = _fields.Has("image");
        return new TemplateDefinition(
            ReadName(fileName),
            _fields.Text("description"),
            isImage ? ReadImage() : ReadDebian(),
            isImage ? ReadImageEnvironment() : ReadDebianEnvironment(),
            isImage ? ReadImageShell() : ReadShell());
    }

    private string ReadName(string fileName)
    {
        var name = _fields.Text("name");
        if (name.Length > 0 && !NamePattern().IsMatch(name)) _fields.Reject("name: 1 to 63 of a-z, 0-9 and '-', not '-' first");
        if (name.Length > 0 && !string.Equals(name, fileName, StringComparison.Ordinal)) _fields.Reject($"name: must be '{fileName}', as the file is called");
        return name;
    }

    private TemplateSource ReadDebian()
    {
        if (_fields.Has("suite") || _fields.Has("packages")) return new TemplateSource.Debian(ReadSuite(), ReadPackages());

        _fields.Reject("what it is made from is missing: either suite and packages, which is Debian, or image, which Docker has or can pull");
        return Mistaken;
    }

    private string ReadSuite()
    {
        var suite = _fields.Text("suite");
        if (suite.Length > 0 && !NamePattern().IsMatch(suite)) _fields.Reject($"suite: '{suite}' is not the name of a Debian release");
        return suite;
    }

    private List<string> ReadPackages()
    {
        var packages = _fields.Texts("packages");
        foreach (var package in packages.Where(package => !PackagePattern().IsMatch(package)))
        {
            _fields.Reject($"packages: '{package}' is not the name of a Debian package");
        }

        foreach (var twice in packages.GroupBy(package => package, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            _fields.Reject($"packages: '{twice.Key}' is listed more than once");
        }

        return packages;
    }

    private Dictionary<string, string> ReadDebianEnvironment()
    {
        var variables = ReadEnvironment();
        foreach (var name in RequiredVariables.Where(name => !variables.ContainsKey(name))) _fields.Reject($"environment.{name}: is missing");
        return variables;
    }

    private TemplateSource ReadImage()
    {
        if (_fields.Has("suite") || _fields.Has("packages"))
        {
            _fields.Reject("image: a template is made either from an image or from Debian (suite and packages), not from both");
            ReadDebian();
        }

        var text = _fields.Text("image");
        if (ImageReference.TryParse(text) is { } reference) return new TemplateSource.Image(reference);

        if (text.Length > 0) _fields.Reject("image: must be the reference of an image, such as python:3.13-alpine or registry.example/team/tool@sha256:…");
        return Mistaken;
    }

    private Dictionary<string, string> ReadImageEnvironment() => _fields.Has("environment") ? ReadEnvironment() : [];

    private IReadOnlyList<string> ReadImageShell() => _fields.Has("shell") ? ReadShell(mayBeEmpty: true) : ImageShell;

    private Dictionary<string, string> ReadEnvironment() => _fields.Pairs("environment", VariablePattern().IsMatch, "a variable");

    private List<string> ReadShell(bool mayBeEmpty = false)
    {
        var shell = _fields.Texts("shell", mayBeEmpty);
        if (shell.Count > 0 && !shell[0].StartsWith('/')) _fields.Reject("shell: the first word must be an absolute path");
        return shell;
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern();

    // Debian Policy, chapter 5.6.1: how packages are named.
    [GeneratedRegex(@"\A[a-z0-9][a-z0-9+.-]+\z", RegexOptions.NonBacktracking)]
    private static partial Regex PackagePattern();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.NonBacktracking)]
    private static partial Regex VariablePattern();
}
