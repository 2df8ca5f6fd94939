namespace AgentSandbox.Server.Runtimes.Cgroups;

/// <summary>
/// Cgroup v1, also on a hybrid host, where v2 is mounted beside it. The groups lie below the server's own, so whatever
/// limits the server limits its boxes too.
/// </summary>
internal sealed class CgroupV1Tree(
    IReadOnlyList<CgroupV1Hierarchy> hierarchies, string parentName, IReadOnlyList<string> hiddenMounts) : CgroupTree
{
    public override string Description => hiddenMounts.Count > 0 ? "cgroup v1 (hybrid)" : "cgroup v1";

    public override bool CanFreeze => hierarchies.Any(hierarchy => hierarchy.Controllers.Contains("freezer"));

    public override IReadOnlyList<string> HiddenMounts => hiddenMounts;

    public override void Prepare()
    {
        foreach (var hierarchy in hierarchies.Where(hierarchy => hierarchy.IsUsed))
        {
            var parent = ParentOf(hierarchy);
            Directory.CreateDirectory(parent);
            if (hierarchy.Controllers.Contains("cpuset")) InheritCpuset(hierarchy.BaseDirectory, parent);
        }
    }

    public override BoxCgroup Open(string boxId)
    {
        var directories = hierarchies.Select(hierarchy => (hierarchy, Path.Combine(ParentOf(hierarchy), boxId)));
        return new BoxCgroupV1([.. directories], Path.Combine(parentName, boxId));
    }

    public override IReadOnlyCollection<string> ListBoxIds() =>
        hierarchies.Select(ParentOf)
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories)
            .Select(directory => Path.GetFileName(directory))
            .ToHashSet(StringComparer.Ordinal);

    public override void RemoveIfEmpty()
    {
        foreach (var parent in hierarchies.Select(ParentOf).Where(Directory.Exists))
        {
            try
            {
                Directory.Delete(parent);
            }
            catch (IOException)
            {
                // Not empty: another box is still there, and its end removes nothing of ours.
            }
        }
    }

    /// <summary>A new cpuset group has no processors and takes no process until it is given some.</summary>
    internal static void InheritCpuset(string from, string to)
    {
        foreach (var file in (string[])["cpuset.cpus", "cpuset.mems"])
            CgroupFile.Write(to, file, CgroupFile.Read(from, file));
    }

    private string ParentOf(CgroupV1Hierarchy hierarchy) => Path.Combine(hierarchy.BaseDirectory, parentName);
}
