namespace AgentSandbox.Server.Doctor;

/// <summary>Whether memory, CPU and processes of a box can be limited here.</summary>
internal sealed class CgroupCheck(DoctorHost host)
{
    private const string Name = "Control groups";
    private const string AskForDelegation = "Start it in a delegated group: systemd-run --user --scope --property=Delegate=yes ./run, or start as root";

    private static readonly string[] Needed = ["cpu", "memory", "pids"];

    public DoctorFinding Run()
    {
        var mounts = host.ReadLines("/proc/self/mountinfo").Select(CgroupMount.Parse).OfType<CgroupMount>().ToList();
        var v1 = mounts.Where(mount => !mount.IsUnified).SelectMany(mount => mount.Controllers).Intersect(Needed, StringComparer.Ordinal).ToList();
        var unified = mounts.FirstOrDefault(mount => mount.IsUnified);

        if (v1.Count > 0) return CheckV1(v1, isHybrid: unified is not null);
        if (unified is not null) return CheckV2(unified);
        return DoctorFinding.Missing(
            Name, "none is mounted", "sudo mount -t cgroup2 none /sys/fs/cgroup, or boot a system that does so, such as one with systemd");
    }

    private DoctorFinding CheckV1(List<string> controllers, bool isHybrid)
    {
        var version = isHybrid ? "version 1 with a version 2 mount beside it (hybrid)" : "version 1";
        var missing = Needed.Except(controllers, StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
            return DoctorFinding.Missing(Name, $"{version}, without {string.Join(", ", missing)}", "Boot with systemd.unified_cgroup_hierarchy=1");
        if (!host.IsRoot)
            return DoctorFinding.Missing(Name, $"{version} cannot be delegated to an ordinary user", "Start as root, or boot with systemd.unified_cgroup_hierarchy=1");

        return DoctorFinding.Ok(Name, version);
    }

    private DoctorFinding CheckV2(CgroupMount unified)
    {
        var group = host.IsRoot ? "" : OwnGroup();
        var offered = host.Read($"{unified.MountPoint}{group}/cgroup.controllers")?.Split(' ') ?? [];
        var missing = Needed.Except(offered, StringComparer.Ordinal).ToList();
        if (missing.Count == 0) return DoctorFinding.Ok(Name, "version 2");

        return host.IsRoot
            ? DoctorFinding.Missing(Name, $"version 2 without {string.Join(", ", missing)}", "Boot without cgroup_disable, and with no version 1 controllers mounted")
            : DoctorFinding.Missing(Name, $"version 2, but {string.Join(", ", missing)} not delegated to {host.UserName}", AskForDelegation);
    }

    private string OwnGroup() =>
        host.ReadLines("/proc/self/cgroup").FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal))?[3..] is { } group and not "/" ? group : "";
}

/// <summary>A line of <c>/proc/self/mountinfo</c> that mounts control groups (proc_pid_mountinfo(5)).</summary>
internal sealed record CgroupMount(string MountPoint, bool IsUnified, IReadOnlyList<string> Controllers)
{
    public static CgroupMount? Parse(string line)
    {
        if (line.Split(" - ") is not [var mount, var source]) return null;
        if (mount.Split(' ') is not [_, _, _, _, var mountPoint, ..]) return null;
        if (source.Split(' ') is not [var type, _, var options]) return null;
        return type is "cgroup" or "cgroup2" ? new CgroupMount(mountPoint, type is "cgroup2", options.Split(',')) : null;
    }
}
