using System.Globalization;

namespace AgentSandbox.Bench.Kernel;

/// <summary>What a process holds, as the kernel counts it.</summary>
internal static class ProcessMemory
{
    private const int BytesPerKilobyte = 1024;

    /// <summary>Memory that would be free if this process ended: shared with nobody.</summary>
    public static long PrivateBytes(int pid) => Sum($"/proc/{pid}/smaps_rollup", "Private_Clean:", "Private_Dirty:");

    /// <summary>Private memory, and a fair share of what is shared with others.</summary>
    public static long ProportionalBytes(int pid) => Sum($"/proc/{pid}/smaps_rollup", "Pss:");

    /// <summary>All pages that are mapped now, shared ones too. Cheap enough to be read many times a second.</summary>
    public static long ResidentBytes(int pid) => Sum($"/proc/{pid}/status", "VmRSS:");

    private static long Sum(string file, params ReadOnlySpan<string> keys)
    {
        var total = 0L;
        foreach (var line in File.ReadLines(file))
        {
            foreach (var key in keys)
            {
                if (line.StartsWith(key, StringComparison.Ordinal)) total += Kilobytes(line.AsSpan(key.Length)) * BytesPerKilobyte;
            }
        }

        return total;
    }

    private static long Kilobytes(ReadOnlySpan<char> text) =>
        long.Parse(text.Trim().TrimEnd("kB").TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture);
}
