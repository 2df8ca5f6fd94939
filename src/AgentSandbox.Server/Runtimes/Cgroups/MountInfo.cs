using System.Text;

namespace AgentSandbox.Server.Runtimes.Cgroups;

/// <summary>One mount, as a line of <c>/proc/self/mountinfo</c> tells it (proc_pid_mountinfo(5)).</summary>
/// <param name="Root">The directory within the file system that is mounted.</param>
/// <param name="SuperOptions">For cgroup v1 the controllers of the hierarchy are among these.</param>
internal sealed record MountInfo(string Root, string MountPoint, string FileSystemType, IReadOnlyList<string> SuperOptions)
{
    public static IReadOnlyList<MountInfo> Parse(IEnumerable<string> lines) =>
        [.. lines.Select(TryParse).OfType<MountInfo>()];

    /// <summary>Null for a line that does not have the documented form.</summary>
    private static MountInfo? TryParse(string line)
    {
        // 36 35 98:0 /root /mount/point rw,noatime master:1 … - type source super,options
        var fields = line.Split(' ');
        var separator = Array.IndexOf(fields, "-");
        if (separator < 6 || fields.Length < separator + 4) return null;

        return new MountInfo(Unescape(fields[3]), Unescape(fields[4]), fields[separator + 1], fields[separator + 3].Split(','));
    }

    /// <summary>The kernel writes space, tab, line feed and backslash as three octal digits.</summary>
    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return text;

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length)
            {
                result.Append((char)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }
}
