using AgentSandbox.Server.Runtimes;
using Docker.DotNet.Models;

namespace AgentSandbox.BoxTests.Runtimes.Docker;

/// <summary>Templates from operators' images, as boxes: whatever the image is, the box is ours.</summary>
public sealed class DerivedImageTests(ImageWorkshop workshop) : IClassFixture<ImageWorkshop>
{
    [Fact]
    public async Task Start_LikeAlpine_IsAnOrdinaryBox()
    {
        await BaseImage.LikeAlpine().ImportAsync(workshop.Client, "alpine-like:1", "ENV PATH=/opt/tools:/bin", "ENV FOO=bar");
        await using var box = await ImageBox.StartAsync(workshop, "alpine", "alpine-like:1");

        Assert.Equal("uid=1001(sandbox) gid=1001(sandbox) groups=1001(sandbox)", await box.OutputAsync("id"));
        Assert.Equal("root:x:0:0:root:/root:/bin/ash\nsandbox:x:1001:1001:Sandbox:/home/sandbox:/bin/sh", await box.OutputAsync("cat /etc/passwd"));
        Assert.Equal("/home/sandbox", await box.OutputAsync("cd; pwd; touch file /tmp/file"));
        Assert.Equal("/opt/tools:/bin bar sandbox", await box.OutputAsync("echo $PATH $FOO $USER"));
        Assert.Equal("as it was", await box.OutputAsync("cat /opt/mark"));
        Assert.Equal("agent.sh\necho", await box.OutputAsync("ls /app"));
        Assert.Equal("111 0 0", await box.OutputAsync("stat -c '%a %u %g' /usr/lib/agent-sandbox/sandboxd"));
    }

    [Fact]
    public async Task Start_WithoutShell_RunsItsProgram()
    {
        await BaseImage.WithoutShell().ImportAsync(workshop.Client, "shellless");
        await using var box = await ImageBox.StartAsync(workshop, "shellless", "shellless", """, "shell": []""");

        Assert.Equal("hello", await box.RunAsync("/busybox", "echo", "hello"));
        Assert.Equal("1001", await box.RunAsync("/busybox", "id", "-u"));
        Assert.Contains("sandbox:x:1001:1001:Sandbox:/home/sandbox:/bin/false", await box.RunAsync("/busybox", "cat", "/etc/passwd"), StringComparison.Ordinal);
        Assert.Equal("dev\netc\nhome\nproc\nsys\ntmp\nusr", string.Join('\n', (await box.RunAsync("/busybox", "ls", "/")).Split('\n').Except(["app", "busybox"])));
    }

    [Theory]
    [InlineData("dev", "/opt")]
    [InlineData("dev", "nowhere")]
    [InlineData("proc", "/opt")]
    [InlineData("sys", "/opt")]
    [InlineData("tmp", "/opt")]
    [InlineData("tmp", "/proc/self/root/opt")]
    [InlineData("home", "/opt")]
    [InlineData("home", "../../../../../../opt")]
    [InlineData("home/sandbox", "/opt")]
    [InlineData("app", "/opt")]
    [InlineData("app/echo", "/opt")]
    [InlineData("etc", "/opt")]
    [InlineData("etc", "nowhere")]
    [InlineData("etc/passwd", "/opt/mark")]
    [InlineData("etc/group", "nowhere")]
    [InlineData("usr", "/opt")]
    [InlineData("usr/lib", "/opt")]
    [InlineData("usr/lib/agent-sandbox", "/opt")]
    [InlineData("usr/lib/agent-sandbox/sandboxd", "/opt/mark")]
    public async Task Start_LinkInTheWay_IsReplaced(string name, string target)
    {
        await BaseImage.LikeAlpine().Link(name, target).ImportAsync(workshop.Client, "misleading");
        await using var box = await ImageBox.StartAsync(workshop, "misleading", "misleading");

        await AssertIsOursAsync(box);
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("proc")]
    [InlineData("tmp")]
    [InlineData("home")]
    [InlineData("home/sandbox")]
    [InlineData("app")]
    [InlineData("usr/lib/agent-sandbox")]
    public async Task Start_FileInTheWay_IsReplaced(string name)
    {
        await BaseImage.LikeAlpine().File(name, "a file").ImportAsync(workshop.Client, "misleading");
        await using var box = await ImageBox.StartAsync(workshop, "misleading", "misleading");

        await AssertIsOursAsync(box);
    }

    [Theory]
    [InlineData("directory")]
    [InlineData("pipe")]
    [InlineData("link to a pipe")]
    [InlineData("too large")]
    public async Task Start_AccountsThatAreNoList_AreReplaced(string kind)
    {
        var image = BaseImage.LikeAlpine();
        image = kind switch
        {
            "directory" => image.Directory("etc/passwd").Directory("etc/group"),
            "pipe" => image.Pipe("etc/passwd").Pipe("etc/group").Pipe("etc/nsswitch.conf"),
            "link to a pipe" => image.Pipe("opt/pipe").Link("etc/nsswitch.conf", "/opt/pipe"),
            _ => image.File("etc/passwd", new byte[(1 << 20) + 1]),
        };
        await image.ImportAsync(workshop.Client, "misleading");
        await using var box = await ImageBox.StartAsync(workshop, "misleading", "misleading");

        Assert.Equal("uid=1001(sandbox) gid=1001(sandbox) groups=1001(sandbox)", await box.OutputAsync("id"));
        Assert.StartsWith("root:x:0:0:root:/root:/bin/sh\n", await box.OutputAsync("cat /etc/passwd"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_LinkToItself_IsRefused()
    {
        await BaseImage.LikeAlpine().Link("etc/passwd", "passwd").ImportAsync(workshop.Client, "endless");

        var failure = await Assert.ThrowsAsync<SandboxRuntimeException>(() => ImageBox.StartAsync(workshop, "endless", "endless"));

        Assert.Contains("Template endless could not be made", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await workshop.Engine.Http.ListContainersAsync());
    }

    [Fact]
    public async Task Start_PipeAndVolumes_IsRefused()
    {
        await BaseImage.LikeAlpine().Pipe("etc/passwd").ImportAsync(workshop.Client, "waiting", "VOLUME /data");

        var failure = await Assert.ThrowsAsync<SandboxRuntimeException>(() => ImageBox.StartAsync(workshop, "waiting", "waiting"));

        Assert.Contains("is no plain file", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await workshop.Engine.Http.ListContainersAsync());
    }

    [Fact]
    public async Task Start_EverythingMisleads_IsOursAllTheSame()
    {
        var image = BaseImage.LikeAlpine();
        foreach (var name in new[] { "dev", "proc", "sys", "tmp", "home", "app", "etc", "usr" }) image.Link(name, "/opt");
        await image.ImportAsync(workshop.Client, "misleading");
        await using var box = await ImageBox.StartAsync(workshop, "misleading", "misleading");

        await AssertIsOursAsync(box);
    }

    [Fact]
    public async Task Start_ImageWithSettings_NoneOfThemMatters()
    {
        await BaseImage.LikeAlpine().File("data/kept", "kept").File("app/own", "own").ImportAsync(
            workshop.Client,
            "settings",
            """VOLUME ["/app", "/data", "/etc"]""",
            """ENTRYPOINT ["/bin/no-such"]""",
            """CMD ["nothing"]""",
            "USER 77:77",
            "WORKDIR /opt/made/by/an/image",
            "HEALTHCHECK --interval=1s CMD /bin/no-such",
            "ENV DOTNET_EnableDiagnostics=1 COMPlus_gcServer=1 LD_PRELOAD=/opt/mark FOO=bar",
            "LABEL agent-sandbox.server=somebody agent-sandbox.session=stolen");
        await using var box = await ImageBox.StartAsync(workshop, "settings", "settings", """, "environment": { "LD_PRELOAD": "", "FOO": "operator" }""");

        await AssertIsOursAsync(box);
        Assert.Equal("agent.sh\necho\nown", await box.OutputAsync("ls /app"));
        Assert.Equal("kept", await box.OutputAsync("cat /data/kept"));
        Assert.Equal("operator 1", await box.OutputAsync("echo $FOO $DOTNET_EnableDiagnostics"));

        var container = await workshop.Client.Containers.InspectContainerAsync(box.Container);
        Assert.Empty(container.Mounts);
        Assert.Empty((await workshop.Client.Volumes.ListAsync(new VolumesListParameters())).Volumes ?? []);
        Assert.Null(container.State!.Health);
        Assert.NotEqual("stolen", container.Config!.Labels!["agent-sandbox.session"]);
        var environment = await File.ReadAllTextAsync($"/proc/{container.State!.Pid}/environ");
        Assert.DoesNotContain("DOTNET_", environment, StringComparison.Ordinal);
        Assert.DoesNotContain("COMPlus_", environment, StringComparison.Ordinal);
        Assert.DoesNotContain("LD_PRELOAD", environment, StringComparison.Ordinal);
    }

    private static async Task AssertIsOursAsync(ImageBox box)
    {
        Assert.Equal("uid=1001(sandbox) gid=1001(sandbox) groups=1001(sandbox)", await box.OutputAsync("id"));
        await box.OutputAsync("touch /tmp/file /home/sandbox/file /dev/shm/file && cat /proc/self/status && cat /app/agent.sh /app/echo/run");
        Assert.Equal("mark", await box.OutputAsync("ls /opt"));
        Assert.Equal("as it was", await box.OutputAsync("cat /opt/mark"));
        Assert.Equal("111 0 0", await box.OutputAsync("stat -c '%a %u %g' /usr/lib/agent-sandbox/sandboxd"));
    }
}
