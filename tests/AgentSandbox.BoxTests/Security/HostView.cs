using System.Globalization;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Security;

/// <summary>A process of a box as the host's kernel tells it, in lines for a golden file.</summary>
internal static class HostView
{
    public const string Guest = "guest";

    private static readonly string[] Fields = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Seccomp_filters", "TracerPid", "Groups"];

    /// <param name="server">Whose limits a box has where it is given none of its own.</param>
    public static IEnumerable<string> Describe(string who, int pid, int server) =>
    [
        .. Threads(pid).Select(DescribeThread).Distinct(StringComparer.Ordinal).Select(line => $"{who} threads: {line}"),
        $"{who} descriptors: {string.Join(' ', Descriptors(who, pid))}",
        $"{who} environment: {string.Join(' ', File.ReadAllText($"/proc/{pid}/environ").Split('\0', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal))}",
        $"{who} terminal: {Stat(pid)[4]}",
        $"{who} oom_score_adj: {File.ReadAllText($"/proc/{pid}/oom_score_adj").Trim()}",
        .. Limits(pid).Except(Limits(server)).Select(limit => $"{who} limit: {limit}"),
    ];

    private static IEnumerable<int> Threads(int pid) =>
        Directory.EnumerateDirectories($"/proc/{pid}/task").Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture));

    private static string DescribeThread(int thread)
    {
        var status = Host.Status(thread);
        var user = UserOf(thread).ToString(CultureInfo.InvariantCulture);
        var ids = status["Uid"].Split('\t').Concat(status["Gid"].Split('\t')).Distinct().Select(id => id == user ? "the box's own" : id);
        return string.Join(", ", Fields.Where(status.ContainsKey).Select(field => $"{field} {status[field]}".TrimEnd()).Append($"Uid and Gid {string.Join(' ', ids)}"));
    }

    /// <summary>What the box's user 1001 is on the host.</summary>
    private static long UserOf(int pid) => File.ReadLines($"/proc/{pid}/uid_map")
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray())
        .Where(map => map[0] <= 1001 && 1001 < map[0] + map[2])
        .Select(map => map[1] + 1001 - map[0])
        .Single();

    /// <summary>
    /// Number and kind: which pipe it is differs each time. Of the guest only the kinds: it holds some for each command.
    /// </summary>
    private static IEnumerable<string> Descriptors(string who, int pid)
    {
        var all = Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd")
            .Select(path => (Number: int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture), Kind: new FileInfo(path).LinkTarget!.Split(":[")[0]))
            .OrderBy(descriptor => descriptor.Number);
        return who == Guest
            ? all.Select(descriptor => descriptor.Kind).Distinct().Order(StringComparer.Ordinal)
            : all.Select(descriptor => $"{descriptor.Number}={descriptor.Kind}");
    }

    private static IEnumerable<string> Limits(int pid) => File.ReadLines($"/proc/{pid}/limits").Skip(1).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    /// <summary>Behind the name, which may hold anything.</summary>
    private static string[] Stat(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }
}
