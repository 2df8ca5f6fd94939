using AgentSandbox.Server.Templates;

namespace AgentSandbox.Tests.Templates;

public sealed class TemplateVersionTests : IDisposable
{
    private static readonly TemplateDefinition Definition = new(
        "tiny",
        "d",
        new TemplateSource.Debian("bookworm", ["bash", "git"]),
        new Dictionary<string, string> { ["PATH"] = "/bin", ["HOME"] = "/home/sandbox" },
        ["/bin/bash", "-c"]);

    private readonly string _parts = Directory.CreateTempSubdirectory("template-tests-").FullName;

    public TemplateVersionTests()
    {
        Write("sandboxd", "guest");
        Write("agents/agent.sh", "start");
        Write("agents/echo/run", "echo");
    }

    public void Dispose() => Directory.Delete(_parts, recursive: true);

    [Fact]
    public void Describe_SameParts_SameVersion() => Assert.Equal(VersionOf(Definition), VersionOf(Definition with { Source = new TemplateSource.Debian("bookworm", ["git", "bash"]), Description = "other words" }));

    [Fact]
    public void Describe_ChangedDefinition_NewVersion()
    {
        string[] versions =
        [
            VersionOf(Definition),
            VersionOf(Definition with { Source = new TemplateSource.Debian("trixie", ["bash", "git"]) }),
            VersionOf(Definition with { Source = new TemplateSource.Debian("bookworm", ["bash"]) }),
            VersionOf(Definition with { Shell = ["/bin/sh", "-c"] }),
            VersionOf(Definition with { Source = new TemplateSource.Image(ImageReference.TryParse("alpine:3.20")!) }),
            VersionOf(Definition with { Source = new TemplateSource.Image(ImageReference.TryParse("alpine:3.21")!) }),
            VersionOf(Definition with { Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin", ["HOME"] = "/home/sandbox" } }),
        ];

        Assert.Equal(versions.Length, versions.Distinct().Count());
    }

    [Fact]
    public void Describe_Image_HasNoRootHere() =>
        Assert.Null(Describe(Definition with { Source = new TemplateSource.Image(ImageReference.TryParse("alpine")!) }).RootPath);

    [Theory]
    [InlineData("sandboxd", "another guest")]
    [InlineData("agents/agent.sh", "another start")]
    [InlineData("agents/echo/run", "another echo")]
    [InlineData("agents/echo/new.py", "a new file")]
    public void Describe_ChangedPart_NewVersion(string name, string content)
    {
        var before = VersionOf(Definition);
        Write(name, content);
        Assert.NotEqual(before, VersionOf(Definition));
    }

    [Fact]
    public void Describe_AgentBecomesExecutable_NewVersion()
    {
        var before = VersionOf(Definition);
        File.SetUnixFileMode(Path.Join(_parts, "agents/echo/run"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.NotEqual(before, VersionOf(Definition));
    }

    [Theory]
    [InlineData("agents/echo/training/data.tsv")]
    [InlineData("agents/echo/tests/test_echo.py")]
    [InlineData("agents/echo/__pycache__/main.pyc")]
    [InlineData("agents/echo/README.md")]
    [InlineData("agents/.gitignore")]
    public void Describe_FileThatDoesNotGoIntoTheBox_SameVersion(string name)
    {
        var before = VersionOf(Definition);
        Write(name, "anything");
        Assert.Equal(before, VersionOf(Definition));
    }

    [Fact]
    public void Describe_LinkAmongAgents_IsRefused()
    {
        File.CreateSymbolicLink(Path.Join(_parts, "agents/echo/secrets"), "/etc/passwd");
        Assert.Throws<TemplateException>(() => VersionOf(Definition));
    }

    [Fact]
    public void Describe_NoGuest_SaysWhatMakesIt()
    {
        File.Delete(Path.Join(_parts, "sandboxd"));
        Assert.Contains("./run build", Assert.Throws<TemplateException>(() => VersionOf(Definition)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_NoAgents_SaysSo()
    {
        Directory.Delete(Path.Join(_parts, "agents"), recursive: true);
        Assert.Throws<TemplateException>(() => VersionOf(Definition));
    }

    private string VersionOf(TemplateDefinition definition) => Describe(definition).Version;

    private Template Describe(TemplateDefinition definition)
    {
        var options = new TemplateOptions(Path.Join(_parts, "store"), Path.Join(_parts, "sandboxd"), Path.Join(_parts, "agents"));
        return new TemplateBuilder(options, TimeProvider.System).Describe(definition);
    }

    private void Write(string name, string content)
    {
        var path = Path.Join(_parts, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
