namespace AgentSandbox.Server.Runtimes;

/// <summary>Parts of <c>/proc</c> that a box does not get, whatever makes it.</summary>
internal static class ProcPaths
{
    /// <summary>What tells of the host or of other boxes, and nothing that a program needs.</summary>
    public static IReadOnlyList<string> Masked { get; } =
    [
        "/proc/acpi", "/proc/asound", "/proc/cmdline", "/proc/config.gz", "/proc/interrupts", "/proc/kallsyms", "/proc/kcore",
        "/proc/key-users", "/proc/keys", "/proc/kmsg", "/proc/latency_stats", "/proc/locks", "/proc/modules", "/proc/pressure",
        "/proc/sched_debug", "/proc/schedstat", "/proc/scsi", "/proc/softirqs", "/proc/timer_list", "/proc/timer_stats",
    ];

    public static IReadOnlyList<string> ReadOnly { get; } = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];
}
