using System.Text.RegularExpressions;

namespace AgentSandbox.Tests;

/// <summary>Dependencies between the server's folders point downward, as docs/architecture.md draws them.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>A folder may use those of lower rank, and none of its own rank.</summary>
    private static readonly string[][] Ranks =
    [
        ["Problems", "Templates", "Native"],
        ["Audit"],
        ["Access"],
        ["Guests", "Events", "Observability", "Limits", "Health", "Docs"],
        ["Runtimes"],
        ["Pools"],
        ["Sessions"],
        ["Commands", "Files"],
        ["Agents"],
        ["Configuration"],
        ["Page", "Doctor"],
        ["Hosting"],
    ];

    [Fact]
    public void Folders_UseOnlyWhatLiesBelow()
    {
        var violations =
            from file in Directory.EnumerateFiles(ServerDirectory, "*.cs", SearchOption.AllDirectories)
            let folder = Path.GetRelativePath(ServerDirectory, file).Split('/')[0]
            where folder is not ("bin" or "obj") && !folder.EndsWith(".cs", StringComparison.Ordinal)
            from used in Using.Matches(File.ReadAllText(file)).Select(match => match.Groups["folder"].Value).Distinct()
            where used != folder && RankOf(used) >= RankOf(folder)
            select $"{Path.GetRelativePath(ServerDirectory, file)} uses {used}";

        Assert.Empty(violations);
    }

    private static int RankOf(string folder)
    {
        var rank = Array.FindIndex(Ranks, names => names.Contains(folder));
        return rank >= 0 ? rank : throw new InvalidOperationException($"{folder} has no place in the architecture: give it one here and in the docs.");
    }

    private static string ServerDirectory
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(directory!.FullName, "AgentSandbox.slnx"))) directory = directory.Parent;
            return Path.Combine(directory.FullName, "src/AgentSandbox.Server");
        }
    }

    [GeneratedRegex(@"using AgentSandbox\.Server\.(?<folder>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Using { get; }
}
