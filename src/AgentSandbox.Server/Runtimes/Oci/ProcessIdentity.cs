using System.Globalization;

namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>Tells a process from a later one with the same number.</summary>
internal static class ProcessIdentity
{
    private const int StartTimeField = 22; // proc_pid_stat(5)

    public static string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>In clock ticks since the boot; null when there is no such process.</summary>
    public static long? StartTimeOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            return ParseStartTime(stat);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The second field is the program's name in parentheses, which may hold spaces and parentheses itself.</summary>
    internal static long ParseStartTime(string stat)
    {
        var afterName = stat[(stat.LastIndexOf(')') + 2)..].Split(' '); // begins with field 3
        return long.Parse(afterName[StartTimeField - 3], CultureInfo.InvariantCulture);
    }
}
