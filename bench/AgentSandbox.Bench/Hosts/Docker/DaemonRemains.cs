using System.Globalization;
using AgentSandbox.Bench.Kernel;

namespace AgentSandbox.Bench.Hosts.Docker;

/// <summary>
/// What one daemon leaves on the machine when it has ended: the parent of its control groups always, and the shim of a
/// container that failed to start, with what that began.
/// </summary>
internal static class DaemonRemains
{
    private const string Cgroups = "/sys/fs/cgroup";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <param name="execRoot">The daemon's own; its shims name a socket there on their command line.</param>
    /// <param name="cgroupParent">The groups of its containers lie below this, in every hierarchy.</param>
    public static async Task RemoveAsync(string execRoot, string cgroupParent, TimeProvider time)
    {
        var started = time.GetTimestamp();
        var socket = Path.Combine(execRoot, "containerd", "containerd.sock");
        string[] groups = [.. Directory.EnumerateDirectories(Cgroups).Append(Cgroups).Select(mount => mount + cgroupParent).Where(Directory.Exists)];
        while (true)
        {
            foreach (var pid in ProcessTable.FindByArgument(socket)) Libc.Kill(pid);
            foreach (var pid in groups.SelectMany(MembersOf)) Libc.Kill(pid);
            if (groups.All(TryRemove)) return;

            if (time.GetElapsedTime(started) > Limit)
            {
                await Console.Error.WriteLineAsync($"Docker's control groups {cgroupParent} could not be removed.");
                return;
            }

            await Task.Delay(Pause, time);
        }
    }

    private static IEnumerable<int> MembersOf(string group) => Directory.Exists(group)
        ? Directory.EnumerateFiles(group, "cgroup.procs", SearchOption.AllDirectories).SelectMany(File.ReadLines).Select(line => int.Parse(line, CultureInfo.InvariantCulture))
        : [];

    /// <summary>False while a process in it has not quite ended.</summary>
    private static bool TryRemove(string group)
    {
        if (!Directory.Exists(group)) return true;
        if (!Directory.EnumerateDirectories(group).ToList().TrueForAll(TryRemove)) return false;
        try
        {
            Directory.Delete(group);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
