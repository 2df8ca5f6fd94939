using System.Globalization;

namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>The ids that an ordinary user may hand to a user namespace, from <c>/etc/subuid</c> and <c>/etc/subgid</c>.</summary>
internal sealed record SubordinateIds(uint OwnUserId, uint OwnGroupId, uint FirstUserId, uint FirstGroupId)
{
    /// <summary>The start of the first range that is long enough for a box, null when there is none (subuid(5)).</summary>
    public static uint? FindRange(IEnumerable<string> lines, string userName, uint userId)
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
}
