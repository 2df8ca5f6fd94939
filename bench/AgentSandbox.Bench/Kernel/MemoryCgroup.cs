using System.Globalization;

namespace AgentSandbox.Bench.Kernel;

/// <summary>The group that a process's memory is charged to: cgroup v1, v2, or both side by side.</summary>
internal sealed record MemoryCgroup(string Path, bool IsUnified)
{
    /// <summary>Null when the process is gone, or no memory controller counts it.</summary>
    public static MemoryCgroup? Of(int pid)
    {
        var unified = default(MemoryCgroup);
        foreach (var line in ReadLines($"/proc/{pid}/cgroup"))
        {
            var fields = line.Split(':', 3);        // 4:memory:/path, or 0::/path for v2
            if (fields.Length != 3) continue;
            if (fields[1].Split(',').Contains("memory", StringComparer.Ordinal)) return new MemoryCgroup(fields[2], IsUnified: false);
            if (fields[1].Length == 0) unified = new MemoryCgroup(fields[2], IsUnified: true);
        }

        return unified;
    }

    /// <summary>All that the kernel charges to the group now: the processes, their page cache, tmpfs, and kernel memory.</summary>
    public long ReadUsage()
    {
        var file = IsUnified
            ? $"/sys/fs/cgroup{Path}/memory.current"
            : $"/sys/fs/cgroup/memory{Path}/memory.usage_in_bytes";
        return long.Parse(File.ReadAllText(file), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }

    private static string[] ReadLines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (IOException)
        {
            return [];
        }
    }
}
