using AgentSandbox.Server.Runtimes.Cgroups;

namespace AgentSandbox.Server.Doctor;

/// <summary>Whether memory, CPU and processes of a box can be limited here; judged by the very code that will do it.</summary>
internal sealed class CgroupCheck(DoctorHost host)
{
    private const string Name = "Control groups";
    private const string NameOfNothing = "doctor"; // detection makes no group

    public DoctorFinding Run()
    {
        var detection = new CgroupDetector(host.FileSystemRoot, host.IsRoot, host.IsDelegated).Detect(NameOfNothing);
        if (detection.Tree is not { } tree) return DoctorFinding.Missing(Name, detection.Reason!, Fix);

        var version = Describe(tree);
        return detection.Warning is { } warning ? DoctorFinding.Warning(Name, $"{version}; {warning}") : DoctorFinding.Ok(Name, version);
    }

    private string Fix => host.IsRoot
        ? "Boot with version 2 control groups (with systemd: systemd.unified_cgroup_hierarchy=1), or: mount -t cgroup2 none /sys/fs/cgroup"
        : "systemd-run --user --scope --property=Delegate=yes ./run (needs version 2), or start as root";

    private static string Describe(CgroupTree tree) => tree switch
    {
        CgroupV2Tree => "version 2",
        { HiddenMounts.Count: > 0 } => "version 1 with a version 2 mount beside it (hybrid)",
        _ => "version 1",
    };
}
