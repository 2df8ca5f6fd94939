using System.Globalization;
using System.Runtime.InteropServices;

namespace AgentSandbox.BoxTests.Support;

/// <summary>What the host sees of a box: its processes, found by a mark on their command line.</summary>
internal static partial class Host
{
    /// <summary>Starts a sleeping process in the session whose command line nothing else on the host has.</summary>
    public static async Task<string> StartMarkedProcessAsync(this TestSession session)
    {
        var mark = Random.Shared.Next(100_000_000, 999_999_999).ToString(CultureInfo.InvariantCulture);
        await session.RunAsync(new { command = new[] { "sleep", mark }, background = true }, System.Net.HttpStatusCode.Created);
        return mark;
    }

    /// <summary>
    /// The host's pid of the process that was started with <paramref name="mark"/>. Whoever started it goes on a moment before
    /// the kernel has put its command line in place.
    /// </summary>
    public static int FindProcess(string mark)
    {
        int? found = null;
        if (SpinWait.SpinUntil(() => (found = TryFindProcess(mark)) is not null, TimeSpan.FromSeconds(10))) return found!.Value;

        throw new InvalidOperationException($"No process is marked {mark}.");
    }

    private static int? TryFindProcess(string mark)
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) continue;
            if (CommandLineOf(pid) == $"sleep\0{mark}\0") return pid;
        }

        return null;
    }

    /// <summary>The box's PID 1, as the host numbers it.</summary>
    public static int InitOf(int pid)
    {
        for (var current = pid; current > 1; current = ParentOf(current))
        {
            if (Status(current)["NSpid"].Split('\t')[^1] == "1") return current;
        }

        throw new InvalidOperationException($"Process {pid} is in no box.");
    }

    public static IReadOnlyDictionary<string, string> Status(int pid) => File.ReadLines($"/proc/{pid}/status")
        .Select(line => line.Split(':', 2))
        .ToDictionary(parts => parts[0], parts => parts[1].Trim());

    public static string Namespace(int pid, string name) => new FileInfo($"/proc/{pid}/ns/{name}").LinkTarget!;

    public static bool IsAlive(int pid) => Directory.Exists($"/proc/{pid}");

    /// <summary>A zombie has ended, too: who started it has not asked for its exit code yet.</summary>
    public static bool HasEnded(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] == 'Z';
        }
        catch (IOException)
        {
            return true;
        }
    }

    public static void Kill(int pid) => Assert.Equal(0, KillNative(pid, 9));

    private static int ParentOf(int pid) => int.Parse(Status(pid)["PPid"], CultureInfo.InvariantCulture);

    public static string CommandLineOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            return "";   // it has ended meanwhile
        }
    }

    // SAFETY: two integers, no memory.
    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int KillNative(int pid, int signal);
}
