using AgentSandbox.Server.Runtimes.Docker;
using Docker.DotNet.Models;

namespace AgentSandbox.Tests.Runtimes.Docker;

public sealed class ImageEnvironmentTests
{
    private static readonly Dictionary<string, string> None = [];

    [Fact]
    public void Merge_ImageWithoutVariables_HasPathAndUser()
    {
        var merged = ImageEnvironment.Merge(new ImageInspectResponse(), None);

        Assert.Equal("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", merged["PATH"]);
        Assert.Equal(("/home/sandbox", "sandbox", "sandbox"), (merged["HOME"], merged["USER"], merged["LOGNAME"]));
    }

    [Fact]
    public void Merge_OperatorWinsOverSandboxOverImage()
    {
        var merged = ImageEnvironment.Merge(
            Image("PATH=/opt/bin", "HOME=/root", "USER=root", "A=image", "B=image"),
            new Dictionary<string, string> { ["USER"] = "operator", ["B"] = "operator" });

        Assert.Equal(("/opt/bin", "/home/sandbox", "operator"), (merged["PATH"], merged["HOME"], merged["USER"]));
        Assert.Equal(("image", "operator"), (merged["A"], merged["B"]));
    }

    [Fact]
    public void NamesOf_OddVariables_AreTakenAsFarAsTheyHaveANameAtAll()
    {
        var image = Image("A=1=2", "B=", "C", "=nameless", "DOTNET_EnableDiagnostics=1");

        Assert.Equal(["A", "B", "C", "DOTNET_EnableDiagnostics"], ImageEnvironment.NamesOf(image));
        Assert.Equal("1=2", ImageEnvironment.Merge(image, None)["A"]);
    }

    private static ImageInspectResponse Image(params string[] variables) => new() { Config = new DockerOCIImageConfig { Env = variables } };
}
