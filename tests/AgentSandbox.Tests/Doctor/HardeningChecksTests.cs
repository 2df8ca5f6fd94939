using AgentSandbox.Server.Doctor;

namespace AgentSandbox.Tests.Doctor;

public sealed class HardeningChecksTests
{
    [Fact]
    public void Kernel_LaxSettings_AreNamedInOneCommand()
    {
        using var host = RecordedHost.Debian12()
            .With("/proc/sys/kernel/unprivileged_bpf_disabled", "0\n")
            .With("/proc/sys/kernel/kptr_restrict", "2\n")
            .With("/proc/sys/kernel/perf_event_paranoid", "-1\n")
            .With("/proc/sys/vm/unprivileged_userfaultfd", "1\n")
            .With("/proc/sys/kernel/core_pattern", "|/usr/lib/systemd/systemd-coredump %P\n");

        var finding = new HardeningChecks(host.AsRoot()).Kernel();

        Assert.Equal(DoctorState.Warning, finding.State);
        Assert.Equal(
            "sudo sysctl -w kernel.unprivileged_bpf_disabled=1 kernel.perf_event_paranoid=3 vm.unprivileged_userfaultfd=0 kernel.core_pattern=core", finding.Fix);
    }

    [Fact]
    public void Kernel_StrictSettings_AreFine()
    {
        using var host = RecordedHost.Debian12()
            .With("/proc/sys/kernel/unprivileged_bpf_disabled", "2\n")
            .With("/proc/sys/kernel/core_pattern", "core\n")
            .With("/proc/sys/vm/unprivileged_userfaultfd", "0\n");

        Assert.Equal(DoctorState.Ok, new HardeningChecks(host.AsRoot()).Kernel().State);
    }

    [Fact]
    public void SideChannels_Each_IsNamedWithItsRemedy()
    {
        using var host = RecordedHost.Debian12()
            .With("/sys/kernel/mm/ksm/run", "1\n")
            .With("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n/dev/sda2 partition 1 0 -2\n")
            .With("/sys/devices/system/cpu/smt/active", "1\n")
            .With("/sys/devices/system/cpu/vulnerabilities/mds", "Vulnerable: Clear CPU buffers attempted, no microcode\n")
            .With("/sys/devices/system/cpu/vulnerabilities/meltdown", "Mitigation: PTI\n");

        var finding = new HardeningChecks(host.AsRoot()).SideChannels();

        Assert.Equal(
            "equal memory is merged (echo 2 > /sys/kernel/mm/ksm/run); swap may be unencrypted (swapoff -a, or encrypt it); "
            + "boxes share cores (boot with nosmt); the processor is open to mds (update microcode and kernel)",
            finding?.Detail);
    }

    [Theory]
    [InlineData("/dev/dm-1 partition 1 0 -2")]
    [InlineData("/dev/zram0 partition 1 0 -2")]
    public void SideChannels_SwapInMemoryOrEncrypted_IsFine(string swap)
    {
        using var host = RecordedHost.Debian12().With("/proc/swaps", $"Filename\tType\tSize\tUsed\tPriority\n{swap}\n");
        Assert.Null(new HardeningChecks(host.AsRoot()).SideChannels());
    }
}
