using AgentSandbox.Server.Doctor;

namespace AgentSandbox.Tests.Doctor;

public sealed class KernelChecksTests
{
    [Fact]
    public void UserNamespaces_Ubuntu2404AsUser_NamesAppArmorAndItsSwitch()
    {
        using var ubuntu = RecordedHost.Ubuntu2404();

        var finding = new KernelChecks(ubuntu.AsUser()).UserNamespaces();

        Assert.Equal(DoctorState.Missing, finding.State);
        Assert.Contains("AppArmor", finding.Detail, StringComparison.Ordinal);
        Assert.Contains("kernel.apparmor_restrict_unprivileged_userns=0", finding.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void UserNamespaces_Ubuntu2404AsRoot_AreAvailable()
    {
        using var ubuntu = RecordedHost.Ubuntu2404();
        Assert.Equal(DoctorState.Ok, new KernelChecks(ubuntu.AsRoot()).UserNamespaces().State);
    }

    [Fact]
    public void UserNamespaces_SwitchedOffForUsers_IsMissingForUsersOnly()
    {
        using var debian = RecordedHost.Debian12().With("/proc/sys/kernel/unprivileged_userns_clone", "0\n");

        Assert.Equal(DoctorState.Missing, new KernelChecks(debian.AsUser()).UserNamespaces().State);
        Assert.Equal(DoctorState.Ok, new KernelChecks(debian.AsRoot()).UserNamespaces().State);
    }

    [Fact]
    public void UserNamespaces_LimitIsZero_IsMissingForRootToo()
    {
        using var debian = RecordedHost.Debian12().With("/proc/sys/user/max_user_namespaces", "0\n");
        Assert.Equal(DoctorState.Missing, new KernelChecks(debian.AsRoot()).UserNamespaces().State);
    }

    [Fact]
    public void Version_Wsl1_SaysHowToGetWsl2()
    {
        using var wsl = RecordedHost.Wsl1();

        var finding = new KernelChecks(wsl.AsRoot()).Version();

        Assert.Equal(DoctorState.Missing, finding.State);
        Assert.Contains("--set-version", finding.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5.3.18-lp152", DoctorState.Missing)]
    [InlineData("5.4.0-216-generic", DoctorState.Ok)]
    [InlineData("5.15.167.4-microsoft-standard-WSL2", DoctorState.Ok)]
    [InlineData("6.18.44", DoctorState.Ok)]
    [InlineData("10.0.0", DoctorState.Ok)]
    [InlineData("unknown", DoctorState.Warning)]
    internal void Version_Release_IsCompared(string release, DoctorState expected)
    {
        using var host = RecordedHost.Debian12().With("/proc/sys/kernel/osrelease", release + "\n");
        Assert.Equal(expected, new KernelChecks(host.AsRoot()).Version().State);
    }

    [Fact]
    public void Seccomp_Wsl1_IsMissing()
    {
        using var wsl = RecordedHost.Wsl1();
        Assert.Equal(DoctorState.Missing, new KernelChecks(wsl.AsRoot()).Seccomp().State);
    }

    [Fact]
    public void System_RecordedHost_IsNamed()
    {
        using var debian = RecordedHost.Debian12();
        Assert.StartsWith("Debian GNU/Linux 12 (bookworm)", new KernelChecks(debian.AsRoot()).System().Detail, StringComparison.Ordinal);
    }
}
