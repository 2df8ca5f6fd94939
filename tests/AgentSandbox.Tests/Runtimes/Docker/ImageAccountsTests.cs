using System.Text;
using AgentSandbox.Server.Runtimes.Docker;

namespace AgentSandbox.Tests.Runtimes.Docker;

public sealed class ImageAccountsTests
{
    private const string Sandbox = "sandbox:x:1001:1001:Sandbox:/home/sandbox:/bin/sh\n";

    [Fact]
    public void AddUser_OwnUsers_AreKeptAndTheSandboxComesLast() =>
        Assert.Equal("root:x:0:0::/root:/bin/ash\nbin:x:1:1::/:/x\n" + Sandbox, AddUser("root:x:0:0::/root:/bin/ash\nbin:x:1:1::/:/x\n"));

    [Theory]
    [InlineData("root:x:0:0::/root:/bin/ash")]
    [InlineData("root:x:0:0::/root:/bin/ash\n\n\n")]
    public void AddUser_OddLineEnds_StillOnePerLine(string passwd) => Assert.Equal("root:x:0:0::/root:/bin/ash\n" + Sandbox, AddUser(passwd));

    [Theory]
    [InlineData("sandbox:x:0:0::/:/bin/sh\n")]
    [InlineData("app:x:1001:5::/:/bin/sh\n")]
    [InlineData("app:x:01001:5::/:/bin/sh\n")]
    [InlineData("sandbox\n")]
    public void AddUser_NameOrNumberTaken_IsGivenToTheSandbox(string passwd) => Assert.Equal(Sandbox, AddUser(passwd));

    [Theory]
    [InlineData("")]
    [InlineData(":::\n")]
    [InlineData("\0\n")]
    public void AddUser_Rubbish_StillHasTheSandbox(string passwd) => Assert.EndsWith(Sandbox, AddUser(passwd), StringComparison.Ordinal);

    [Fact]
    public void AddUser_NoneInTheImage_HasTheUsualOnes()
    {
        var passwd = Encoding.ASCII.GetString(ImageAccounts.AddUser(null, "/bin/sh"));

        Assert.StartsWith("root:x:0:0:", passwd, StringComparison.Ordinal);
        Assert.Contains("\nnobody:x:65534:", passwd, StringComparison.Ordinal);
        Assert.EndsWith(Sandbox, passwd, StringComparison.Ordinal);
    }

    [Fact]
    public void AddUser_BytesThatAreNoUtf8_StayAsTheyAre()
    {
        byte[] line = [.. "a:x:7:7:"u8, 0xFF, 0xE9, .. ":/:/x\n"u8];

        Assert.Equal([.. line, .. Encoding.ASCII.GetBytes(Sandbox)], ImageAccounts.AddUser(line, "/bin/sh"));
    }

    [Fact]
    public void AddGroup_NumberTaken_IsGivenToTheSandbox() =>
        Assert.Equal("root:x:0:\nsandbox:x:1001:\n", Encoding.ASCII.GetString(ImageAccounts.AddGroup("root:x:0:\napp:x:1001:\n"u8.ToArray())));

    private static string AddUser(string passwd) => Encoding.UTF8.GetString(ImageAccounts.AddUser(Encoding.UTF8.GetBytes(passwd), "/bin/sh"));
}
