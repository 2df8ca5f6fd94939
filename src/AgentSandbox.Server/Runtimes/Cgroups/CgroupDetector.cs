using AgentSandbox.Server.Runtimes.Native;

namespace AgentSandbox.Server.Runtimes.Cgroups;

/// <summary>Finds out what this host offers. Reads only; <see cref="CgroupTree.Prepare"/> is what changes something.</summary>
/// <param name="fileSystemRoot">Put before every path; empty for the real host.</param>
/// <param name="isRoot">Whether the server may write where root may.</param>
/// <param name="isDelegated">Whether a v2 group was handed to us to divide.</param>
internal sealed class CgroupDetector(string fileSystemRoot, bool isRoot, Func<string, bool> isDelegated)
{
    private static readonly string[] RequiredControllers = ["cpu", "memory", "pids"];

    public static CgroupDetector ForHost() =>
        new(fileSystemRoot: "", Libc.GetEffectiveUserId() == 0, Delegation.IsDelegated);

    /// <summary>A tree, or the reason why there is none.</summary>
    public CgroupDetection Detect(string parentName)
    {
        var mounts = MountInfo.Parse(File.ReadLines(fileSystemRoot + "/proc/self/mountinfo"));
        var memberships = CgroupMembership.Parse(File.ReadLines(fileSystemRoot + "/proc/self/cgroup"));
        var unified = mounts.Where(mount => mount.FileSystemType is "cgroup2").ToList();
        var hierarchies = FindHierarchies(mounts, memberships);

        if (hierarchies.Any(hierarchy => hierarchy.IsUsed)) return DetectV1(hierarchies, unified, parentName);
        if (unified.Count > 0) return DetectV2(unified[0], memberships, parentName);
        return CgroupDetection.Unusable("no cgroup file system is mounted");
    }

    private List<CgroupV1Hierarchy> FindHierarchies(IReadOnlyList<MountInfo> mounts, IReadOnlyList<CgroupMembership> memberships)
    {
        var hierarchies = new List<CgroupV1Hierarchy>();
        foreach (var membership in memberships.Where(membership => !membership.IsUnified))
        {
            var mount = mounts.FirstOrDefault(mount => mount.FileSystemType is "cgroup" && membership.Controllers.All(mount.SuperOptions.Contains));
            if (mount is null) continue; // known to the kernel, but mounted nowhere
            hierarchies.Add(new CgroupV1Hierarchy(membership.Controllers.ToHashSet(StringComparer.Ordinal), Locate(mount, membership)));
        }

        return hierarchies;
    }

    private CgroupDetection DetectV1(List<CgroupV1Hierarchy> hierarchies, List<MountInfo> unified, string parentName)
    {
        var missing = RequiredControllers.Where(controller => !hierarchies.Any(hierarchy => hierarchy.Controllers.Contains(controller))).ToList();
        if (missing.Count > 0) return CgroupDetection.Unusable($"cgroup v1 has no {string.Join(", ", missing)} controller");
        if (!isRoot) return CgroupDetection.Unusable("cgroup v1 cannot be delegated to an ordinary user");

        var memory = hierarchies.First(hierarchy => hierarchy.Controllers.Contains("memory"));
        var accountsForSwap = File.Exists(Path.Combine(memory.BaseDirectory, "memory.memsw.limit_in_bytes"));
        var hidden = unified.Select(mount => fileSystemRoot + mount.MountPoint).ToList();
        return new CgroupDetection(new CgroupV1Tree(hierarchies, parentName, hidden), Reason: null)
        {
            Warning = accountsForSwap || !HasSwap() ? null : "the kernel does not account for swap, so swappiness 0 is all that keeps boxes from swapping",
        };
    }

    private CgroupDetection DetectV2(MountInfo mount, IReadOnlyList<CgroupMembership> memberships, string parentName)
    {
        if (memberships.FirstOrDefault(membership => membership.IsUnified) is not { } membership)
            return CgroupDetection.Unusable("this process is in no cgroup v2 group");

        var mountPoint = fileSystemRoot + mount.MountPoint;
        if (ChooseBase(mountPoint, Locate(mount, membership)) is not var (directory, holdsProcesses))
            return CgroupDetection.Unusable("no cgroup is delegated to this user");

        var offered = CgroupFile.Read(directory, "cgroup.controllers").Split(' ');
        var missing = RequiredControllers.Except(offered, StringComparer.Ordinal).ToList();
        if (missing.Count > 0) return CgroupDetection.Unusable($"the {string.Join(", ", missing)} controller is not available in {directory}");

        return new CgroupDetection(new CgroupV2Tree(mountPoint, directory, parentName, holdsProcesses), Reason: null);
    }

    private (string Directory, bool HoldsProcesses)? ChooseBase(string mountPoint, string own)
    {
        // A second server in this process, or a restarted one in its unit, is in the leaf already.
        if (Path.GetFileName(own) is CgroupV2Tree.SupervisorName && isDelegated(Path.GetDirectoryName(own)!))
            return (Path.GetDirectoryName(own)!, false);

        if (isDelegated(own)) return (own, true);
        if (!isRoot) return null;

        // Only the real root has no type, and only there processes and child groups live side by side. The root that a
        // container sees is an ordinary group.
        var isRealRoot = !File.Exists(Path.Combine(mountPoint, "cgroup.type"));
        return (mountPoint, !isRealRoot);
    }

    /// <summary>The directory of a group: paths in memberships and mounts both count from the hierarchy's root.</summary>
    private string Locate(MountInfo mount, CgroupMembership membership)
    {
        var mountPoint = fileSystemRoot + mount.MountPoint;
        if (membership.Path.StartsWith("/..", StringComparison.Ordinal)) return mountPoint; // outside of our cgroup namespace

        var relative = Path.GetRelativePath(mount.Root, membership.Path);
        if (relative is "." || relative.StartsWith("..", StringComparison.Ordinal)) return mountPoint; // outside of what is mounted
        return Path.Combine(mountPoint, relative);
    }

    private bool HasSwap() => File.ReadLines(fileSystemRoot + "/proc/swaps").Skip(1).Any(); // after the heading
}
