using System.Globalization;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Security;

/// <summary>
/// All that the host has for one box, noted while it lives: processes by their namespaces, control groups, and the memory of
/// all boxes together. Other boxes on the same host do not disturb it.
/// </summary>
internal sealed class BoxTraces
{
    private static readonly string[] NamespaceKinds = ["pid", "net", "ipc", "mnt", "uts"];

    /// <summary>Other boxes of the server are counted with it, and the kernel gives caches back only when it needs to.</summary>
    private const long MemorySlack = 128L << 20;

    /// <summary>The promise: ten seconds after its end nothing is left of a box.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    private readonly int _init;
    private readonly HashSet<string> _namespaces;
    private readonly IReadOnlyList<string> _cgroups;
    private readonly string _memoryOfAllBoxes;
    private readonly long _memoryBefore;

    private BoxTraces(int init)
    {
        _init = init;
        _namespaces = [.. NamespaceKinds.Select(kind => Host.Namespace(init, kind)).Except(NamespaceKinds.Select(kind => Host.Namespace(Environment.ProcessId, kind)))];
        _cgroups = [.. CgroupsOf(init)];
        _memoryOfAllBoxes = MemoryFile(_cgroups);
        _memoryBefore = ReadNumber(_memoryOfAllBoxes);
    }

    /// <param name="init">The box's first process, as the host numbers it.</param>
    public static BoxTraces Of(int init) => new(init);

    /// <summary>The control groups of this box and of all that the same server has beside it.</summary>
    public static IEnumerable<string> GroupsOfAllBoxes(int init) => CgroupsOf(init).Select(path => Path.GetDirectoryName(path)!).SelectMany(Directory.EnumerateDirectories);

    public async Task AssertGoneAsync()
    {
        Assert.NotEmpty(_namespaces);
        Assert.NotEmpty(_cgroups);
        var left = "";
        await Eventually.BecomesTrueAsync(() => Task.FromResult((left = Left()).Length == 0), Bound, () => left);
    }

    private string Left()
    {
        var processes = FindProcesses().Select(pid => $"process {pid}");
        var groups = _cgroups.Where(Directory.Exists).Select(path => $"control group {path}");
        var memory = Math.Max(0, ReadNumber(_memoryOfAllBoxes) - _memoryBefore - MemorySlack);
        return string.Join(", ", [.. processes, .. groups, .. memory > 0 ? [$"{memory} bytes of memory"] : Array.Empty<string>()]);
    }

    /// <summary>
    /// The kernel gives the number of a namespace that is gone to the next one, so a new box may have those of this one: its
    /// processes are told by their first, which is another.
    /// </summary>
    private List<int> FindProcesses()
    {
        var found = Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid != 0 && NamespacesOf(pid).Any(_namespaces.Contains))
            .ToList();
        var newcomers = found.Where(pid => pid != _init && IsFirstOfItsNamespace(pid)).SelectMany(NamespacesOf).ToHashSet(StringComparer.Ordinal);
        return [.. found.Where(pid => !NamespacesOf(pid).Any(newcomers.Contains))];
    }

    /// <summary>None when it has ended meanwhile.</summary>
    private static List<string> NamespacesOf(int pid)
    {
        try
        {
            return [.. NamespaceKinds.Select(kind => Host.Namespace(pid, kind))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NullReferenceException)
        {
            return [];
        }
    }

    private static bool IsFirstOfItsNamespace(int pid)
    {
        try
        {
            return File.ReadLines($"/proc/{pid}/status").Any(line => line.StartsWith("NSpid:", StringComparison.Ordinal) && line.EndsWith("\t1", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static IEnumerable<string> CgroupsOf(int pid)
    {
        var mounts = File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' '))
            .Where(fields => fields[^3] is "cgroup" or "cgroup2")
            .Select(fields => (Path: fields[4], Version: fields[^3], Controllers: fields[^1].Split(',')))
            .ToList();
        foreach (var line in File.ReadLines($"/proc/{pid}/cgroup"))
        {
            var parts = line.Split(':', 3);
            var mount = mounts.FirstOrDefault(mount => parts[1].Length == 0 ? mount.Version == "cgroup2" : mount.Controllers.Contains(parts[1].Split(',')[0]));
            if (mount.Path is not null && File.Exists(Path.Combine(mount.Path + parts[2], "cgroup.procs")) && !IsOurs(parts)) yield return mount.Path + parts[2];
        }
    }

    /// <summary>A hierarchy that boxes do not use leaves them where the server is.</summary>
    private static bool IsOurs(string[] parts) => File.ReadLines("/proc/self/cgroup").Contains(string.Join(':', parts));

    private static string MemoryFile(IReadOnlyList<string> cgroups) => cgroups
        .SelectMany(path => (string[])["memory.usage_in_bytes", "memory.current"], (path, name) => Path.Combine(Path.GetDirectoryName(path)!, name))
        .First(File.Exists);

    private static long ReadNumber(string file) => File.Exists(file) ? long.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture) : 0;
}
