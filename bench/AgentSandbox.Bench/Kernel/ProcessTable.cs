using System.Globalization;

namespace AgentSandbox.Bench.Kernel;

/// <summary>Who started whom. A process may end at any time: then it has no parent.</summary>
internal static class ProcessTable
{
    public static int? ParentOf(int pid)
    {
        const string key = "PPid:";
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith(key, StringComparison.Ordinal));
            return int.Parse(line.AsSpan(key.Length), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static IReadOnlyList<int> ChildrenOf(int pid) =>
        [.. File.ReadAllText($"/proc/{pid}/task/{pid}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
}
