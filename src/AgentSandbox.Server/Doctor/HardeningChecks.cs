using System.Globalization;

namespace AgentSandbox.Server.Doctor;

/// <summary>
/// What an operator can set on a host so that a box finds less to attack, or so that what is found is of less use. None of it
/// is needed to start boxes.
/// </summary>
internal sealed class HardeningChecks(DoctorHost host)
{
    private const string Vulnerabilities = "/sys/devices/system/cpu/vulnerabilities";

    /// <summary>A setting, the least value that it should have, and what it should be set to.</summary>
    private static readonly (string Key, long Least, string Value)[] Settings =
    [
        ("kernel.unprivileged_bpf_disabled", 1, "1"),
        ("kernel.kptr_restrict", 1, "2"),
        ("kernel.dmesg_restrict", 1, "1"),
        ("kernel.perf_event_paranoid", 2, "3"),
        ("kernel.yama.ptrace_scope", 1, "1"),
        ("kernel.io_uring_disabled", 1, "2"),
        ("fs.protected_hardlinks", 1, "1"),
        ("fs.protected_symlinks", 1, "1"),
        ("fs.protected_fifos", 1, "2"),
        ("fs.protected_regular", 1, "2"),
    ];

    /// <summary>Kernel settings that one command puts right; a kernel that lacks one has nothing to protect there.</summary>
    public DoctorFinding Kernel()
    {
        const string Name = "Hardening";
        var weak = Settings
            .Where(setting => ReadSetting(setting.Key) is { } value && value < setting.Least)
            .Select(setting => $"{setting.Key}={setting.Value}")
            .Concat(IsZero("vm.unprivileged_userfaultfd") ? [] : ["vm.unprivileged_userfaultfd=0"])
            .Concat(host.Read("/proc/sys/kernel/core_pattern")?.StartsWith('|') is true ? ["kernel.core_pattern=core"] : [])
            .ToList();
        return weak.Count == 0
            ? DoctorFinding.Ok(Name, "the kernel's settings are strict")
            : DoctorFinding.Warning(Name, "the kernel's settings could be stricter", $"sudo sysctl -w {string.Join(' ', weak)}");
    }

    /// <summary>What lets boxes learn from each other through memory and processors.</summary>
    public DoctorFinding? SideChannels()
    {
        const string Name = "Side channels";
        string[] found =
        [
            .. host.Read("/sys/kernel/mm/ksm/run") is "1" ? ["equal memory is merged (echo 2 > /sys/kernel/mm/ksm/run)"] : Array.Empty<string>(),
            .. SwapsUnencrypted ? ["swap may be unencrypted (swapoff -a, or encrypt it)"] : Array.Empty<string>(),
            .. host.Read("/sys/devices/system/cpu/smt/active") is "1" ? ["boxes share cores (boot with nosmt)"] : Array.Empty<string>(),
            .. Vulnerable is { Count: > 0 } flaws ? [$"the processor is open to {string.Join(", ", flaws)} (update microcode and kernel)"] : Array.Empty<string>(),
        ];
        return found.Length == 0 ? null : DoctorFinding.Warning(Name, string.Join("; ", found));
    }

    private List<string> Vulnerable =>
        [.. host.List(Vulnerabilities).Where(flaw => host.Read($"{Vulnerabilities}/{flaw}")?.StartsWith("Vulnerable", StringComparison.Ordinal) is true).Order(StringComparer.Ordinal)];

    /// <summary>Beyond the heading of the table; a device mapper's name says that it may be encrypted, zram is memory.</summary>
    private bool SwapsUnencrypted => host.ReadLines("/proc/swaps").Skip(1)
        .Any(line => !line.StartsWith("/dev/dm-", StringComparison.Ordinal) && !line.StartsWith("/dev/mapper/", StringComparison.Ordinal) && !line.StartsWith("/dev/zram", StringComparison.Ordinal));

    private bool IsZero(string key) => ReadSetting(key) is null or 0;

    private long? ReadSetting(string key) =>
        long.TryParse(host.Read("/proc/sys/" + key.Replace('.', '/')), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
}
