using AgentSandbox.BoxTests.Security.Targets;

namespace AgentSandbox.BoxTests.Security;

/// <summary>
/// Ways out of a box that have worked somewhere, tried with the system calls themselves. Each must be refused, and no canary
/// may notice any of it. A subclass says only on which target.
/// </summary>
public abstract partial class EscapeAttacks(AttackedServer server, string isolation) : AttackTest(server, isolation)
{
    /// <summary>
    /// What a filter or a right refuses with. Other errors say that the call got in and did not like its arguments, which a box
    /// on the host's kernel must not get to know.
    /// </summary>
    private static readonly string[] Refusals =
        ["EPERM", "ENOSYS", "EACCES", "ENOENT", "EROFS", "ESRCH", "ENXIO", "ENODEV", "ECONNREFUSED", "ENETUNREACH", "EHOSTUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT"];

    /// <summary>B1.</summary>
    [Fact]
    public async Task Mounts_AreRefused()
    {
        AssertRefused(await ProbeAsync("mounts"), harmless: []);
        await AssertAliveAsync();
    }

    /// <summary>B2. Threads are made by the same call, and must go on working.</summary>
    [Fact]
    public async Task Namespaces_AreRefused()
    {
        AssertRefused(await ProbeAsync("namespaces"), harmless: ["a thread"]);
        await AssertAliveAsync();
    }

    /// <summary>B7. The terminals of <c>/dev/ptmx</c> are the box's own.</summary>
    [Fact]
    public async Task Devices_CannotBeMadeNorFound()
    {
        string[] names =
        [
            "mem", "kmem", "port", "kmsg", "kvm", "fuse", "net/tun", "vsock", "vhost-vsock", "vhost-net", "loop-control", "loop0", "btrfs-control",
            "sda", "vda", "nvme0n1", "dm-0", "mapper/control", "console", "tty0", "tty1", "hpet", "rtc0", "uinput", "userfaultfd", "cuse", "ppp",
            "snapshot", "watchdog", "dri/card0", "dri/renderD128", "kfd", "sgx_enclave", "sev-guest", "bus/usb", "cpu/0/msr", "cpu_dma_latency", "autofs",
        ];
        AssertRefused(await ProbeAsync(["devices", .. names.Select(name => $"/dev/{name}")]), harmless: []);
    }

    /// <summary>B8, A10.</summary>
    [Fact]
    public async Task Privileges_AreRefused() =>
        AssertRefused(await ProbeAsync("privileges"), harmless: ["undo no_new_privs", "undo seccomp"]);   // there is no undoing: EINVAL

    /// <summary>B5.</summary>
    [Fact]
    public async Task KernelSettings_AreReadOnly()
    {
        string[] paths =
        [
            "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/core_uses_pid", "/proc/sys/kernel/modprobe", "/proc/sys/kernel/hotplug", "/proc/sys/kernel/hostname",
            "/proc/sys/kernel/domainname", "/proc/sys/kernel/usermodehelper/bset", "/proc/sys/kernel/yama/ptrace_scope", "/proc/sys/kernel/ns_last_pid",
            "/proc/sys/kernel/randomize_va_space", "/proc/sys/kernel/unprivileged_bpf_disabled", "/proc/sys/kernel/sysrq", "/proc/sys/kernel/panic",
            "/proc/sys/kernel/shmmax", "/proc/sys/kernel/msgmnb", "/proc/sys/fs/binfmt_misc/register", "/proc/sys/fs/suid_dumpable", "/proc/sys/fs/mqueue/queues_max",
            "/proc/sys/fs/protected_symlinks", "/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv4/ping_group_range", "/proc/sys/user/max_user_namespaces",
            "/proc/sys/vm/overcommit_memory", "/proc/sys/vm/drop_caches", "/proc/sys/vm/mmap_min_addr",
            "/proc/sysrq-trigger", "/proc/mtrr", "/proc/irq/default_smp_affinity", "/proc/bus/pci/devices", "/proc/scsi/scsi", "/proc/acpi/wakeup",
            "/sys/kernel/uevent_helper", "/sys/kernel/kexec_loaded", "/sys/kernel/profiling", "/sys/kernel/mm/ksm/run", "/sys/kernel/debug/tracing/trace",
            "/sys/module/kernel/parameters/panic", "/sys/power/state", "/sys/firmware/efi/efivars", "/sys/fs/selinux/enforce",
            "/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/release_agent", "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/release_agent",
            "/sys/fs/cgroup/memory/notify_on_release", "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/pids/pids.max", "/sys/fs/cgroup/devices/devices.allow",
            "/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "/sys/fs/cgroup/unified/cgroup.procs", "/sys/fs/cgroup/rdma/release_agent",
        ];
        AssertRefused(await ProbeAsync(["writes", .. paths]), harmless: []);
        Assert.Equal("sandbox", await Session.OutputAsync("hostname"));
    }

    /// <summary>A12: a terminal of the box's own may be had; to type into it as if at its keyboard may not.</summary>
    [Fact]
    public async Task Terminal_CannotBeTypedInto() =>
        AssertRefused(await ProbeAsync("terminal"), harmless: ["grantpt", "unlockpt", "own terminal", "TIOCSETD"]);

    /// <summary>
    /// B6: a host may hand core dumps to a program of its own, as root and outside, for every limit but one byte
    /// (<c>core(5)</c>). The host's own pattern stays as it is: it is everybody's.
    /// </summary>
    [Fact]
    public async Task CoreDump_StartsNothingOnTheHost()
    {
        Assert.SkipWhen(HasOwnKernel, "This kernel writes no core dumps, and a crash of its programs is none on the host.");
        await UploadProbeAsync();

        var result = await AttackAsync("ulimit -c unlimited 2> /dev/null; ulimit -c 0 2> /dev/null; exec ./probe core");

        var attempts = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Attempt.Parse).ToList();
        Assert.Equal("SIGSEGV", result.Signal);
        AssertRefused(attempts, harmless: ["still one"]);
        Assert.Contains(new Attempt("still one", "ok"), attempts);
        Assert.Equal("", await Session.OutputAsync("ls -A | grep core || true"));
    }

    /// <summary>B10.</summary>
    [Fact]
    public async Task Identity_CannotBeChanged()
    {
        AssertRefused(await ProbeAsync("identity"), harmless: []);

        // Files that would make somebody else of who runs them: one's own, and the template's.
        Assert.Equal("", await Session.OutputAsync("find / -xdev -type f -perm /6000 2> /dev/null; true"));
        Assert.Equal("1001 1001", await Session.OutputAsync("cp \"$(command -v id)\" id; chmod 6755 id; echo $(./id -u) $(./id -ru)"));
        foreach (var line in (string[])["su -c id", "sudo -n id", "newgrp root", "newuidmap $$ 0 0 1", "ping -c 1 127.0.0.1", "passwd -d root", "mount /dev/sda /tmp"])
            Assert.NotEqual(0, (await AttackAsync($"{line} < /dev/null")).ExitCode);
    }

    /// <summary>B20: a box is not less shielded from speculation than the server itself.</summary>
    [Fact]
    public async Task Speculation_IsMitigatedAsForTheServer()
    {
        Assert.SkipWhen(HasOwnKernel, "This kernel does not tell; its processes are ones of the host.");
        string[] lines = ["Speculation_Store_Bypass", "SpeculationIndirectBranch"];
        var host = Support.Host.Status(Server.Process.Pid);
        var inside = (await Session.OutputAsync("cat /proc/self/status")).Split('\n').Select(line => line.Split(':', 2)).ToDictionary(parts => parts[0], parts => parts[1].Trim());

        Assert.All(lines.Where(host.ContainsKey), line => Assert.Equal(host[line], inside[line]));
    }

    /// <param name="harmless">What succeeds or gets through, and may.</param>
    private void AssertRefused(IReadOnlyList<Attempt> attempts, params string[] harmless)
    {
        Assert.NotEmpty(attempts);
        var suspicious = attempts.Where(attempt => !harmless.Contains(attempt.Name) && !Refusals.Contains(attempt.Outcome));

        // What a kernel of the box's own lets happen, happens to itself: the canaries tell whether it was more than that.
        Assert.Empty(HasOwnKernel ? [] : suspicious);
    }
}
