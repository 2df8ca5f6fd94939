namespace AgentSandbox.Server.Templates;

/// <summary>The part of the agents' folder that goes into the box: what an agent needs to run, in a stable order.</summary>
internal static class AgentFiles
{
    private static readonly string[] LeftOutDirectories = ["training", "tests", "test", "__pycache__"];

    public const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <exception cref="TemplateException">The folder is missing or holds a link.</exception>
    public static IReadOnlyList<AgentFile> List(string agentsPath)
    {
        if (!Directory.Exists(agentsPath)) throw new TemplateException($"{agentsPath}: the folder with the agents is missing.");

        return [.. List(new DirectoryInfo(agentsPath), "").OrderBy(file => file.RelativePath, StringComparer.Ordinal)];
    }

    private static IEnumerable<AgentFile> List(DirectoryInfo directory, string prefix)
    {
        foreach (var entry in directory.EnumerateFileSystemInfos())
        {
            if (IsLeftOut(entry)) continue;
            // A link would carry whatever it points to into the box.
            if (entry.LinkTarget is not null) throw new TemplateException($"{entry.FullName}: agents may not hold links.");

            var name = prefix + entry.Name;
            if (entry is DirectoryInfo child)
            {
                foreach (var file in List(child, name + "/")) yield return file;
            }
            else
            {
                yield return new AgentFile(name, entry.FullName, (entry.UnixFileMode & AnyExecute) != UnixFileMode.None);
            }
        }
    }

    private static bool IsLeftOut(FileSystemInfo entry) =>
        entry.Name.StartsWith('.')
        || (entry is DirectoryInfo && LeftOutDirectories.Contains(entry.Name))
        || (entry is FileInfo && (entry.Name.StartsWith("README", StringComparison.Ordinal) || entry.Extension is ".pyc"));
}

/// <param name="RelativePath">With <c>/</c>, relative to the agents' folder, and so to <c>/app</c> in the box.</param>
internal sealed record AgentFile(string RelativePath, string FullPath, bool IsExecutable)
{
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>In the box, where nobody may change it. The starter of all agents can always be started.</summary>
    public UnixFileMode Mode => IsExecutable || RelativePath is "agent.sh" ? ReadOnly | AgentFiles.AnyExecute : ReadOnly;
}
