using System.Globalization;
using System.Text;

namespace AgentSandbox.Server.Runtimes.Cgroups;

/// <summary>Reads and writes the small files of a cgroup.</summary>
internal static class CgroupFile
{
    public static void Write(string directory, string name, long value) =>
        Write(directory, name, value.ToString(CultureInfo.InvariantCulture));

    public static void Write(string directory, string name, string value)
    {
        // One write call per value: the kernel takes each as a whole command.
        using var file = File.OpenHandle(Path.Combine(directory, name), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(file, Encoding.ASCII.GetBytes(value), fileOffset: 0);
    }

    public static string Read(string directory, string name) => File.ReadAllText(Path.Combine(directory, name)).Trim();

    /// <summary>Zero where an older kernel does not have the file.</summary>
    public static long ReadNumberOrZero(string directory, string name)
    {
        var path = Path.Combine(directory, name);
        return File.Exists(path) ? ParseNumber(File.ReadAllText(path)) : 0;
    }

    public static long ReadNumber(string directory, string name) => ParseNumber(Read(directory, name));

    /// <summary>The value of a line "key value"; zero when there is no such line.</summary>
    public static long ReadField(string directory, string name, string key)
    {
        foreach (var line in Read(directory, name).AsSpan().EnumerateLines())
        {
            if (line.StartsWith(key, StringComparison.Ordinal) && line.Length > key.Length && line[key.Length] == ' ')
                return ParseNumber(line[(key.Length + 1)..]);
        }

        return 0;
    }

    public static IReadOnlyList<int> ReadPids(string directory) =>
        [.. File.ReadLines(Path.Combine(directory, "cgroup.procs")).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];

    /// <summary>What is not limited is "max" in version 2, and -1 in version 1.</summary>
    public static long ParseNumber(ReadOnlySpan<char> text) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : long.MaxValue;
}
