using System.Text.RegularExpressions;

namespace AgentSandbox.Tests.Docs;

/// <summary>The names of all tests in this checkout, read from their sources.</summary>
internal sealed partial class TestSources
{
    private readonly HashSet<string> _files;
    private readonly ILookup<string, string> _methodsByClass;

    private TestSources(HashSet<string> files, ILookup<string, string> methodsByClass)
    {
        _files = files;
        _methodsByClass = methodsByClass;
    }

    public static string Root { get; } = FindRoot();

    public static TestSources Read()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories).Where(path => !path.Contains("/obj/", StringComparison.Ordinal));
        var methods = sources.Select(File.ReadAllText)
            .SelectMany(source => Class.Matches(source).SelectMany(
                type => Method.Matches(source).Select(method => (Class: type.Groups["name"].Value, Method: method.Groups["name"].Value))))
            .ToLookup(pair => pair.Class, pair => pair.Method, StringComparer.Ordinal);
        var page = new[] { "web/src", "web/e2e" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories));
        return new TestSources(page.Select(path => Path.GetFileName(path)!).ToHashSet(StringComparer.Ordinal), methods);
    }

    public bool Has(string name)
    {
        if (_files.Contains(name)) return true;
        var parts = name.Split('.');
        if (parts.Length == 1) return _methodsByClass.Contains(name);
        var methods = _methodsByClass[parts[0]];
        return parts[1].EndsWith('…') ? methods.Any(method => method.StartsWith(parts[1][..^1], StringComparison.Ordinal)) : methods.Contains(parts[1]);
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "AgentSandbox.slnx"))) directory = directory.Parent;
        return directory.FullName;
    }

    [GeneratedRegex(@"class (?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Class { get; }

    [GeneratedRegex(@"public (static )?(virtual |override )?(async )?(Task|ValueTask|void)\S* (?<name>\w+)\(", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Method { get; }
}
