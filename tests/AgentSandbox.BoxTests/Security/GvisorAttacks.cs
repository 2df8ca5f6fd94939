using AgentSandbox.BoxTests.Security.Targets;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.BoxTests.Security;

/// <summary>B22: what only gVisor promises, seen through the API and from the host.</summary>
public abstract class GvisorAttacks(AttackedServer server) : AttackTest(server, RuntimeCapabilities.Gvisor)
{
    /// <summary>Places to mount what it needs of the kernel; nothing of the host's files.</summary>
    private static readonly HashSet<string> SentrysRoot = ["proc", "etc", "dev", "sys", "tmp"];

    [Fact]
    public async Task Kernel_IsNotTheHosts()
    {
        var host = await File.ReadAllTextAsync("/proc/sys/kernel/osrelease");

        var inside = await AttackAsync("uname -r; cat /proc/version; dmesg");

        Assert.DoesNotContain(host.Trim(), inside.Output);
        Assert.Contains("Starting gVisor", inside.Output);
    }

    [Fact]
    public async Task Proc_TellsNothingOfTheHost()
    {
        var inside = await AttackAsync("cat /proc/mounts /proc/self/mountinfo /proc/self/cgroup /proc/cmdline /proc/partitions /proc/diskstats /proc/modules 2> /dev/null; ls /proc/[0-9]* > /dev/null 2>&1; true");

        Assert.DoesNotContain("/dev/vd", inside.Output);
        Assert.DoesNotContain("agent-sandbox-test", inside.Output);
        Assert.DoesNotContain(".cache", inside.Output);
    }

    /// <summary>The process that serves the box's system calls has no more than it needs: what takes it over gets into a box again.</summary>
    [Fact]
    public async Task Sentry_IsConfined()
    {
        var init = await Server.FindInitAsync(Session.Id);

        foreach (var thread in Directory.EnumerateDirectories($"/proc/{init}/task"))
        {
            var status = Host.Status(int.Parse(Path.GetFileName(thread), System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal("2", status["Seccomp"]);
            Assert.DoesNotContain("0", status["Uid"].Split('\t'));
        }

        foreach (var name in (string[])["mnt", "net", "ipc"]) Assert.NotEqual(Host.Namespace(Server.Process.Pid, name), Host.Namespace(init, name));
        Assert.Subset(SentrysRoot, Directory.EnumerateFileSystemEntries($"/proc/{init}/root/").Select(path => Path.GetFileName(path)).ToHashSet());
    }
}
