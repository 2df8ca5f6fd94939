namespace AgentSandbox.Server.Runtimes;

/// <summary>What the guest's <c>check</c> said as a command: lines in sections, each under its name in brackets.</summary>
internal sealed class CheckReport
{
    private readonly Dictionary<string, List<string>> _sections = new(StringComparer.Ordinal);

    public CheckReport(string text)
    {
        List<string>? section = null;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line is ['[', .. var name, ']']) section = _sections[name] = [];
            else section?.Add(line);
        }
    }

    /// <summary>Empty when there is no such section: no wall is seen by it then.</summary>
    public IReadOnlyList<string> this[string section] => _sections.GetValueOrDefault(section) ?? [];

    public string Text(string section) => string.Join('\n', this[section]);

    /// <summary>The lines of a section as words, such as a name and a number.</summary>
    public IReadOnlyList<string[]> Words(string section) => [.. this[section].Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
}
