using AgentSandbox.Server.Runtimes.Cgroups;
using AgentSandbox.Server.Runtimes.Oci;

namespace AgentSandbox.Tests.Runtimes.Oci;

public sealed class OciCommandLineTests
{
    [Fact]
    public void Write_Crun_GetsASocketAndLeavesGroupsAlone() => Assert.Equal(
        "/sandboxd launch --directory /state/boxes/box1 --bind /template /mnt -- /crun --root /state/runtime --log /state/boxes/box1/runtime.log"
        + " --cgroup-manager=disabled run --preserve-fds 1 --detach --bundle /state/boxes/box1 --pid-file /state/boxes/box1/init.pid box1",
        Write(OciBinaryKind.Crun, "/crun", "standard"));

    [Fact]
    public void Write_Runsc_GetsPipesAndANameOfItsOwnOnTheHost() => Assert.Equal(
        "/sandboxd launch --directory /state/boxes/box1 --gvisor /usr/lib/agent-sandbox/sandboxd --bind /template /mnt -- /runsc"
        + " --root /state/boxes/box1/gvisor --log /state/boxes/box1/runtime.log --network=none --ignore-cgroups run --detach"
        + $" --bundle /state/boxes/box1 --pid-file /state/boxes/box1/init.pid {new ServerIdentity("/state").CgroupName}-box1",
        Write(OciBinaryKind.Runsc, "/runsc", "gvisor"));

    [Fact]
    public void Write_Platform_OnlyWhenItIsConfigured() =>
        Assert.Contains(" --platform=systrap run ", Write(OciBinaryKind.Runsc, "/runsc", "gvisor", "systrap"), StringComparison.Ordinal);

    [Fact]
    public void Write_CrunWithAHostIdOfItsOwn_GetsTheUserNamespaceOnThatAccount() => Assert.Contains(
        " --users 20000000 0 16000000 1001\n1001 20000000 1\n1002 16001002 64534\n /state/boxes/box1/users -- ",
        Write(OciBinaryKind.Crun, "/crun", "standard", hostId: 20_000_000), StringComparison.Ordinal);

    /// <summary>runc cannot use it everywhere, and gVisor's kernel counts by itself.</summary>
    [Fact]
    public void Write_OtherRuntimes_MakeTheirUserNamespaceThemselves()
    {
        Assert.DoesNotContain("--users", Write(OciBinaryKind.Runc, "/runc", "standard", hostId: 20_000_000), StringComparison.Ordinal);
        Assert.DoesNotContain("--users", Write(OciBinaryKind.Runsc, "/runsc", "gvisor", hostId: 20_000_000), StringComparison.Ordinal);
    }

    private static string Write(OciBinaryKind kind, string path, string isolation, string? platform = null, uint? hostId = null)
    {
        var binary = new OciBinary(path, kind, "1");
        var cgroups = new UnenforcedCgroups();
        var options = new OciOptions { StateDirectory = "/state", LauncherPath = "/sandboxd", GvisorPlatform = platform };
        var box = new OciSandbox("box1", new BoxDirectory("/state", "box1"), cgroups.Open("box1")) { Isolation = isolation, HostId = hostId };
        return string.Join(' ', new OciCommandLine(options, new OciHost(binary, cgroups, Rootless: null), binary, box).Write("/template", "/mnt"));
    }
}
