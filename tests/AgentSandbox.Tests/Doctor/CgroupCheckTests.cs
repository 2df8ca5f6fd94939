using AgentSandbox.Server.Doctor;

namespace AgentSandbox.Tests.Doctor;

public sealed class CgroupCheckTests
{
    [Fact]
    public void Run_Debian12AsRoot_IsVersion2()
    {
        using var debian = RecordedHost.Debian12();
        Assert.Equal(DoctorFinding.Ok("Control groups", "version 2"), new CgroupCheck(debian.AsRoot()).Run());
    }

    [Fact]
    public void Run_Debian12AsUser_SaysHowToGetADelegatedGroup()
    {
        using var debian = RecordedHost.Debian12();

        var finding = new CgroupCheck(debian.AsUser()).Run();

        Assert.Equal(DoctorState.Missing, finding.State);
        Assert.Contains("Delegate=yes", finding.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Ubuntu2404AsUser_IsDelegated()
    {
        using var ubuntu = RecordedHost.Ubuntu2404();
        Assert.Equal(DoctorState.Ok, new CgroupCheck(ubuntu.AsUser()).Run().State);
    }

    [Fact]
    public void Run_DelegatedWithoutCpu_NamesWhatIsMissing()
    {
        using var ubuntu = RecordedHost.Ubuntu2404()
            .With("/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/run.scope/cgroup.controllers", "memory pids\n");

        var finding = new CgroupCheck(ubuntu.AsUser()).Run();

        Assert.Equal(DoctorState.Missing, finding.State);
        Assert.Contains("cpu", finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Hybrid_IsForRootOnly()
    {
        using var hybrid = RecordedHost.Hybrid();

        Assert.Equal(DoctorFinding.Ok("Control groups", "version 1 with a version 2 mount beside it (hybrid)"), new CgroupCheck(hybrid.AsRoot()).Run());
        Assert.Equal(DoctorState.Missing, new CgroupCheck(hybrid.AsUser()).Run().State);
    }

    [Fact]
    public void Run_Wsl2_FindsControllersThatShareAMount()
    {
        using var wsl = RecordedHost.Wsl2();
        Assert.Equal(DoctorState.Ok, new CgroupCheck(wsl.AsRoot()).Run().State);
    }

    [Fact]
    public void Run_NoCgroups_SaysHowToMountThem()
    {
        using var alpine = RecordedHost.NoCgroups();

        var finding = new CgroupCheck(alpine.AsRoot()).Run();

        Assert.Equal(DoctorState.Missing, finding.State);
        Assert.Contains("mount -t cgroup2", finding.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ControllerSwitchedOffAtBoot_IsMissing()
    {
        using var debian = RecordedHost.Debian12().With("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io pids\n");

        var finding = new CgroupCheck(debian.AsRoot()).Run();

        Assert.Equal(DoctorState.Missing, finding.State);
        Assert.Contains("memory", finding.Detail, StringComparison.Ordinal);
    }
}
