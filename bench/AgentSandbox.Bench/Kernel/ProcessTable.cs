using System.Globalization;

namespace AgentSandbox.Bench.Kernel;

/// <summary>Finds processes by what /proc tells of them. A process may end at any time: then it is not found.</summary>
internal static class ProcessTable
{
    /// <summary>The first processes of pid namespaces below ours: one per box, whoever made it.</summary>
    public static IReadOnlyList<int> NamespaceInits()
    {
        var found = new List<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && IsNamespaceInit(pid))
                found.Add(pid);
        }

        return found;
    }

    public static int? ParentOf(int pid) =>
        Field(pid, "PPid:") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    public static IReadOnlyList<int> ChildrenOf(int pid) =>
        [.. File.ReadAllText($"/proc/{pid}/task/{pid}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => int.Parse(text, CultureInfo.InvariantCulture))];

    private static bool IsNamespaceInit(int pid) =>
        Field(pid, "NSpid:")?.Split('\t') is { Length: > 1 } ids && ids[^1] is "1";

    private static string? Field(int pid, string key)
    {
        try
        {
            return File.ReadLines($"/proc/{pid}/status")
                .FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..].Trim();
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
