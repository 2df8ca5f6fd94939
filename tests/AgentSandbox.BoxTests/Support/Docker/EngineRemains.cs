using System.Globalization;
using System.Runtime.InteropServices;

namespace AgentSandbox.BoxTests.Support.Docker;

/// <summary>
/// What an engine leaves on the host when it was killed, when containers live on without it, or when a start failed half-way:
/// processes, mounts, control groups, sockets. Removes those of one engine and touches no other's.
/// </summary>
internal static partial class EngineRemains
{
    private const int ForceKill = 9;
    private const int DetachMount = 2;
    private const string Cgroups = "/sys/fs/cgroup";

    public static async Task RemoveAsync(EngineDirectory directory)
    {
        var shimSockets = ShimSockets(directory);
        await Eventually.BecomesTrueAsync(() => KillAll(directory) == 0);
        foreach (var mount in Enumerable.Reverse(Mounts(directory))) Assert.Equal(0, Unmount(mount, DetachMount));
        foreach (var group in CgroupParents(directory)) RemoveTree(group);
        foreach (var socket in shimSockets) File.Delete(socket);
        Directory.Delete(directory.Path, recursive: true);
    }

    /// <summary>Kills whatever is alive and returns how much that was. Shims first, so that none reacts to its container's end.</summary>
    private static int KillAll(EngineDirectory directory)
    {
        var alive = Shims(directory).Concat(Contained(directory)).Where(pid => !Host.HasEnded(pid)).ToList();
        foreach (var pid in alive) _ = Kill(pid, ForceKill);
        return alive.Count;
    }

    private static IEnumerable<int> Shims(EngineDirectory directory) => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid != 0 && CommandLineOf(pid).Contains(directory.ContainerdSocket));

    private static IEnumerable<int> Contained(EngineDirectory directory) => CgroupParents(directory)
        .SelectMany(parent => Directory.EnumerateFiles(parent, "cgroup.procs", SearchOption.AllDirectories))
        .SelectMany(File.ReadLines)
        .Select(line => int.Parse(line, CultureInfo.InvariantCulture))
        .Distinct();

    private static IReadOnlyList<string> CgroupParents(EngineDirectory directory) =>
        [.. Directory.EnumerateDirectories(Cgroups).Append(Cgroups).Select(mount => mount + directory.CgroupParent).Where(Directory.Exists)];

    private static void RemoveTree(string group)
    {
        foreach (var child in Directory.EnumerateDirectories(group)) RemoveTree(child);
        Directory.Delete(group);
    }

    /// <summary>In the order in which they were made.</summary>
    private static List<string> Mounts(EngineDirectory directory) =>
        [.. File.ReadLines("/proc/self/mountinfo")
            .Select(line => line.Split(' ')[4])
            .Where(path => path.StartsWith(directory.Path + "/", StringComparison.Ordinal))];

    /// <summary>They lie in a directory that all engines of the host share; a shim that is killed leaves its own there.</summary>
    private static IReadOnlyList<string> ShimSockets(EngineDirectory directory)
    {
        const string scheme = "unix://";
        if (!Directory.Exists(directory.Tasks)) return [];
        return [.. Directory.EnumerateFiles(directory.Tasks, "address", SearchOption.AllDirectories)
            .Select(File.ReadAllText)
            .Where(address => address.StartsWith(scheme, StringComparison.Ordinal))
            .Select(address => address[scheme.Length..])];
    }

    private static string[] CommandLineOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0');
        }
        catch (IOException)
        {
            return [];      // it has ended meanwhile
        }
    }

    // SAFETY (both): integers, and a string that lives as long as the call.
    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "umount2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string path, int flags);
}
