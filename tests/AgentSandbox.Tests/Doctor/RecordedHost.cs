using AgentSandbox.Server.Doctor;

namespace AgentSandbox.Tests.Doctor;

/// <summary>A machine as its files and programs were once recorded, laid out in a directory of its own.</summary>
public sealed class RecordedHost : IDisposable
{
    private const string Cgroup2 = "24 23 0:21 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate";

    private const string UserService = "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service";

    private readonly string _root = Directory.CreateTempSubdirectory("doctor-tests-").FullName;
    private readonly Dictionary<string, string> _tools = new(StringComparer.Ordinal);

    private RecordedHost(string name, string release)
    {
        With("/etc/os-release", $"PRETTY_NAME=\"{name}\"\nID=linux\n");
        With("/proc/sys/kernel/osrelease", release + "\n");
        With("/proc/sys/user/max_user_namespaces", "63420\n");
        With("/proc/self/cgroup", "0::/\n");
        With("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n");
        With("/proc/sys/kernel/seccomp/actions_avail", "kill_process kill_thread trap errno user_notif trace log allow\n");
    }

    /// <summary>As installed: systemd, pure v2, AppArmor's restriction, a delegated slice per user.</summary>
    public static RecordedHost Ubuntu2404() => new RecordedHost("Ubuntu 24.04.2 LTS", "6.8.0-60-generic")
        .With("/proc/sys/kernel/unprivileged_userns_clone", "1\n")
        .With("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n")
        .With("/proc/self/mountinfo", Cgroup2 + "\n")
        .With("/proc/self/cgroup", "0::/user.slice/user-1000.slice/user@1000.service/app.slice/run.scope\n")
        .With("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory hugetlb pids rdma misc dmem\n")
        .With(UserService + "/app.slice/run.scope/cgroup.controllers", "cpu memory pids\n")
        .With("/etc/subuid", "ada:100000:65536\n")
        .With("/etc/subgid", "ada:100000:65536\n")
        .WithTool("newuidmap", "usage: newuidmap [<pid>|fd:<pidfd>] <uid> <loweruid> <count>")
        .WithTool("newgidmap", "usage: newgidmap [<pid>|fd:<pidfd>] <gid> <lowergid> <count>");

    /// <summary>A server: pure v2, and login sessions to which nothing is delegated.</summary>
    public static RecordedHost Debian12() => new RecordedHost("Debian GNU/Linux 12 (bookworm)", "6.1.0-37-amd64")
        .With("/proc/sys/kernel/unprivileged_userns_clone", "1\n")
        .With("/proc/self/mountinfo", Cgroup2 + "\n")
        .With("/proc/self/cgroup", "0::/user.slice/user-1000.slice/session-3.scope\n")
        .With("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory hugetlb pids rdma misc\n")
        .WithTool("crun", "crun version 1.8.1");

    /// <summary>Every v1 controller mounted for itself, and an empty v2 mount beside them.</summary>
    public static RecordedHost Hybrid() => new RecordedHost("Debian GNU/Linux 12 (bookworm)", "6.18.44")
        .With("/proc/self/mountinfo", """
            31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
            35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
            39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw

            """)
        .With("/proc/self/cgroup", "8:pids:/\n4:memory:/\n1:cpu:/\n0::/\n")
        .WithTool("crun", "crun version 1.8.1");

    /// <summary>WSL 2 without systemd: v1 controllers, several of them in one mount.</summary>
    public static RecordedHost Wsl2() => new RecordedHost("Ubuntu 22.04.5 LTS", "5.15.167.4-microsoft-standard-WSL2")
        .With("/proc/self/cgroup", "9:pids:/\n4:memory:/\n2:cpu,cpuacct:/\n0::/\n")
        .With("/proc/self/mountinfo", """
            45 38 0:36 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            46 45 0:37 / /sys/fs/cgroup/unified rw,nosuid - cgroup2 cgroup2 rw,nsdelegate
            48 45 0:39 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid - cgroup cgroup rw,cpu,cpuacct
            50 45 0:41 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory
            56 45 0:47 / /sys/fs/cgroup/pids rw,nosuid - cgroup cgroup rw,pids

            """)
        .WithTool("runc", "runc version 1.1.12-0ubuntu2~22.04.1");

    public static RecordedHost Wsl1() => new RecordedHost("Ubuntu 22.04.5 LTS", "4.4.0-19041-Microsoft")
        .With("/proc/sys/user/max_user_namespaces", "0\n")
        .With("/proc/sys/kernel/seccomp/actions_avail", "\n")
        .With("/proc/self/mountinfo", "5 2 0:5 / /sys rw,nosuid - sysfs sysfs rw\n");

    /// <summary>A container or a small system where nobody mounted control groups.</summary>
    public static RecordedHost NoCgroups() => new RecordedHost("Alpine Linux v3.21", "6.12.31-0-lts")
        .With("/proc/self/mountinfo", "22 28 0:20 / /sys rw,nosuid,nodev,noexec,relatime - sysfs sysfs rw\n");

    public RecordedHost With(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_root + path)!);
        File.WriteAllText(_root + path, content);
        return this;
    }

    public RecordedHost WithTool(string tool, string firstLine)
    {
        _tools[tool] = firstLine;
        return this;
    }

    internal DoctorHost AsRoot() => As(0, "root");

    internal DoctorHost AsUser() => As(1000, "ada");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private DoctorHost As(uint userId, string userName) => new(
        _root, userId, userName, group => userId != 0 && group.StartsWith(_root + UserService, StringComparison.Ordinal), (tool, _) => _tools.GetValueOrDefault(tool));
}
