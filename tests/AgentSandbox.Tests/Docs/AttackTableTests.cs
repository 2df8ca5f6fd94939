using System.Text.RegularExpressions;

namespace AgentSandbox.Tests.Docs;

/// <summary>What docs/attacks.md says is held by a test is held by one that exists, and no row of the catalogue is left out.</summary>
public sealed partial class AttackTableTests
{
    private static readonly (char Letter, int Count)[] Catalogue = [('A', 13), ('B', 22), ('C', 14), ('D', 9), ('E', 15)];

    private static readonly string[] Outcomes = ["held", "refused", "does not apply", "left"];

    [Fact]
    public void Rows_AreAllThereAndSayWhatBecameOfThem()
    {
        var rows = ReadRows();

        Assert.Equal(Catalogue.SelectMany(part => Enumerable.Range(1, part.Count).Select(number => $"{part.Letter}{number}")), rows.Select(row => row.Id));
        Assert.All(rows, row => Assert.Contains(Outcomes, outcome => row.Became.StartsWith(outcome, StringComparison.Ordinal)));
        Assert.All(rows.Where(row => row.Became.StartsWith("held", StringComparison.Ordinal)), row => Assert.True(row.Tests.Count > 0, $"{row.Id} names no test."));
    }

    [Fact]
    public void Tests_ThatThePagesName_Exist()
    {
        var sources = TestSources.Read();
        var named = ReadRows().SelectMany(row => row.Tests).Concat(TestNames(ReadPage("security.md"))).Distinct(StringComparer.Ordinal).ToList();

        Assert.True(named.Count > 20);
        Assert.DoesNotContain(named, name => !sources.Has(name));
    }

    private static List<Row> ReadRows() => [.. ReadPage("attacks.md").Split('\n')
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .Where(cells => cells.Length == 6 && RowId.IsMatch(cells[1]))
        .Select(cells => new Row(cells[1], cells[3], TestNames(cells[4])))];

    private static string ReadPage(string name) => File.ReadAllText(Path.Combine(TestSources.Root, "docs", name));

    private static List<string> TestNames(string text) => [.. TestName.Matches(text).Select(match => match.Groups["name"].Value)];

    [GeneratedRegex("^[A-E][0-9]{1,2}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RowId { get; }

    /// <summary><c>Class.Method</c>, <c>Class.Beginning_…</c>, or a file of the page's tests.</summary>
    [GeneratedRegex("`(?<name>[A-Z]\\w*(Tests|Attacks|Contract|Posture)(\\.\\w+…?)?|\\w+(\\.\\w+)*\\.(tsx|ts|mjs))`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestName { get; }

    private sealed record Row(string Id, string Became, List<string> Tests);
}
