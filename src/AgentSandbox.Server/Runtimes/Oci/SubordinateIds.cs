using System.Globalization;
using AgentSandbox.Server.Runtimes.Native;

namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>The ids that an ordinary user may hand to a user namespace, from <c>/etc/subuid</c> and <c>/etc/subgid</c>.</summary>
internal sealed record SubordinateIds(uint OwnUserId, uint OwnGroupId, uint FirstUserId, uint FirstGroupId)
{
    /// <summary>They are setuid, and part of the package uidmap.</summary>
    private static readonly string[] Tools = ["/usr/bin/newuidmap", "/usr/bin/newgidmap"];

    /// <summary>Null, with what is missing added to the rejections, when this user cannot have boxes.</summary>
    public static SubordinateIds? TryFind(List<OciRejection> rejections)
    {
        var userId = Libc.GetEffectiveUserId();
        var user = FindRange(LinesOf("/etc/subuid"), Environment.UserName, userId);
        var group = FindRange(LinesOf("/etc/subgid"), Environment.UserName, userId);
        if (Tools.All(File.Exists) && user is { } firstUser && group is { } firstGroup)
            return new SubordinateIds(userId, Libc.GetEffectiveGroupId(), firstUser, firstGroup);

        var missing = Tools.Where(tool => !File.Exists(tool)).ToList();
        if (user is null) missing.Add("a range of 65535 ids in /etc/subuid");
        if (group is null) missing.Add("a range of 65535 ids in /etc/subgid");
        rejections.Add(new OciRejection(OciProblem.NoSubordinateIds, "user namespaces", $"{Environment.UserName} lacks {string.Join(", ", missing)}"));
        return null;
    }

    /// <summary>The start of the first range that is long enough for a box, null when there is none (subuid(5)).</summary>
    internal static uint? FindRange(IEnumerable<string> lines, string userName, uint userId)
    {
        string[] names = [userName, userId.ToString(CultureInfo.InvariantCulture)];
        foreach (var fields in lines.Select(line => line.Split(':')))
        {
            if (fields.Length != 3 || !names.Contains(fields[0], StringComparer.Ordinal)) continue;
            if (!uint.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var first)) continue;
            if (!uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var count)) continue;
            if (count >= IdMap.Count - 1) return first;
        }

        return null;
    }

    private static string[] LinesOf(string path) => File.Exists(path) ? File.ReadAllLines(path) : [];
}
