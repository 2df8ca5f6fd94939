namespace AgentSandbox.Server.Runtimes.Cgroups;

/// <summary>
/// Cgroup v2. A group that hands controllers to its children may hold no process itself, so where the base is the
/// server's own group, the server first moves into a leaf beside its boxes.
/// </summary>
/// <param name="mountPoint">Where v2 is mounted.</param>
/// <param name="baseDirectory">The group that is ours to divide.</param>
/// <param name="parentName">The group below it that holds the boxes.</param>
/// <param name="holdsProcesses">Whether the base is a group with processes in it, ours among them.</param>
internal sealed class CgroupV2Tree(string mountPoint, string baseDirectory, string parentName, bool holdsProcesses) : CgroupTree
{
    /// <summary>The leaf that the server's own processes live in.</summary>
    public const string SupervisorName = "supervisor";

    private static readonly string[] Controllers = ["cpu", "memory", "pids"];

    private string Parent { get; } = Path.Combine(baseDirectory, parentName);

    public override string Description => $"cgroup v2 at {Path.GetRelativePath(mountPoint, Parent)}";

    public override bool CanFreeze => true;

    public override void Prepare()
    {
        if (holdsProcesses) MoveProcessesToLeaf();
        EnableControllers(baseDirectory);
        Directory.CreateDirectory(Parent);
        EnableControllers(Parent);
    }

    public override BoxCgroup Open(string boxId)
    {
        var directory = Path.Combine(Parent, boxId);
        return new BoxCgroupV2(directory, "/" + Path.GetRelativePath(mountPoint, directory));
    }

    public override IReadOnlyCollection<string> ListBoxIds() =>
        Directory.Exists(Parent) ? [.. Directory.EnumerateDirectories(Parent).Select(directory => Path.GetFileName(directory))] : [];

    public override void RemoveIfEmpty()
    {
        try
        {
            // The leaf stays: we live in it, and it goes with the unit that was delegated to us.
            if (Directory.Exists(Parent)) Directory.Delete(Parent);
        }
        catch (IOException)
        {
            // Not empty: another box is still there.
        }
    }

    private void MoveProcessesToLeaf()
    {
        var leaf = Path.Combine(baseDirectory, SupervisorName);
        Directory.CreateDirectory(leaf);

        // Again until none is left: a process may have forked while we read the list.
        for (var attempt = 0; attempt < 10 && CgroupFile.ReadPids(baseDirectory) is { Count: > 0 } pids; attempt++)
        {
            foreach (var pid in pids) TryMove(pid, leaf);
        }
    }

    private static void TryMove(int pid, string leaf)
    {
        try
        {
            CgroupFile.Write(leaf, "cgroup.procs", pid);
        }
        catch (IOException)
        {
            // It has ended. If it has not, enabling the controllers fails and says so.
        }
    }

    private static void EnableControllers(string directory)
    {
        var enabled = CgroupFile.Read(directory, "cgroup.subtree_control").Split(' ');
        foreach (var controller in Controllers.Except(enabled, StringComparer.Ordinal))
            CgroupFile.Write(directory, "cgroup.subtree_control", "+" + controller);
    }
}
