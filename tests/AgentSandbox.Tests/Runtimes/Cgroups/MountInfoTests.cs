using AgentSandbox.Server.Runtimes.Cgroups;

namespace AgentSandbox.Tests.Runtimes.Cgroups;

public sealed class MountInfoTests
{
    [Fact]
    public void Parse_OptionalFields_AreSkipped()
    {
        var mount = Assert.Single(MountInfo.Parse(["36 35 98:0 /inner /mnt rw,noatime shared:1 master:2 - cgroup none rw,cpu,cpuacct"]));

        Assert.Equal(("/inner", "/mnt", "cgroup"), (mount.Root, mount.MountPoint, mount.FileSystemType));
        Assert.Equal(["rw", "cpu", "cpuacct"], mount.SuperOptions);
    }

    [Fact]
    public void Parse_EscapedPath_IsDecoded() =>
        Assert.Equal("/with space\\", Assert.Single(MountInfo.Parse([@"36 35 98:0 / /with\040space\134 rw - ext4 /dev/sda rw"])).MountPoint);

    [Theory]
    [InlineData("")]
    [InlineData("36 35 98:0 / /mnt rw")]
    [InlineData("36 35 98:0 / /mnt rw - ext4")]
    [InlineData("- - - - - - - - - -")]
    public void Parse_MalformedLine_IsLeftOut(string line) => Assert.Empty(MountInfo.Parse([line]));
}
