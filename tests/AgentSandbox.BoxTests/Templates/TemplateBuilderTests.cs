using System.Diagnostics;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.BoxTests.Templates;

public sealed class TemplateBuilderTests(TemplateWorkshop workshop) : IClassFixture<TemplateWorkshop>
{
    private static readonly IProgress<TemplateProgress> Silent = new Progress<TemplateProgress>();

    private string Root => workshop.Built.RootPath!;

    [Fact]
    public void Build_Root_HasNoPrivilegedFileAndNoDevice() =>
        Assert.Empty(Find(Root, "(", "-perm", "/6000", "-o", "-type", "b", "-o", "-type", "c", "-o", "-type", "p", "-o", "-type", "s", ")"));

    [Fact]
    public void Build_Root_HasNoFileCapability()
    {
        const string ListAttributes = """
            import os, sys
            for directory, _, files in os.walk(sys.argv[1]):
                for path in [directory, *(os.path.join(directory, name) for name in files)]:
                    if os.listxattr(path, follow_symlinks=False): print(path)
            """;

        Assert.Equal("", Run("python3", "-c", ListAttributes, Root));
    }

    [Fact]
    public void Build_Root_BelongsToIdsOfTheBoxOnly()
    {
        Assert.SkipUnless(RootOwner.IsShifted, "Only root can give files to other ids.");
        Assert.Empty(Find(Root, "(", "-uid", "-16000000", "-o", "-uid", "+16065535", "-o", "-gid", "-16000000", "-o", "-gid", "+16065535", ")"));
    }

    [Fact]
    public void Build_Root_LeavesNothingWritableToTheSandboxUserOutsideOfMountPoints()
    {
        Assert.SkipUnless(RootOwner.IsShifted, "Only root can give files to other ids.");
        Assert.Equal([$"{Root}/home/sandbox"], Find(Root, "(", "-uid", "16001001", "-o", "-gid", "16001001", ")"));
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("proc")]
    [InlineData("sys")]
    public void Build_Root_HasEmptyMountPoint(string name) => Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Join(Root, name)));

    [Fact]
    public void Build_Root_KnowsTheSandboxUser()
    {
        Assert.Contains("sandbox:x:1001:1001:Sandbox:/home/sandbox:/bin/bash", ReadLines("etc/passwd"));
        Assert.Contains("sandbox:x:1001:", ReadLines("etc/group"));
        Assert.Equal("uid=1001(sandbox) gid=1001(sandbox) groups=1001(sandbox)\n", Run("chroot", "--userspec=sandbox:sandbox", Root, "/usr/bin/id"));
    }

    [Fact]
    public void Build_Root_TellsNothingAboutTheHost()
    {
        Assert.Equal(["sandbox"], ReadLines("etc/hostname"));
        Assert.Empty(ReadLines("etc/resolv.conf"));
        Assert.Empty(ReadLines("etc/machine-id"));
        Assert.Contains("127.0.0.1 localhost sandbox", ReadLines("etc/hosts"));
    }

    [Fact]
    public void Build_Guest_IsExecutableAndNotReadable() =>
        Assert.Equal("111 16000000 16000000\n", Run("stat", "--format=%a %u %g", Root + Template.GuestPath));

    [Fact]
    public void Build_Agents_AreReadableAndCompiledAndNotWritable()
    {
        var app = Find(Path.Join(Root, "app"), "-printf", "%m %P\\n");

        Assert.Equal(
            [
                "444 echo/echo/__pycache__/main.cpython-311.pyc", "444 echo/echo/main.py", "555 agent.sh", "555 echo/run",
                "755 ", "755 echo", "755 echo/echo", "755 echo/echo/__pycache__",
            ],
            app.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Build_Again_DoesNothing()
    {
        var progress = new List<TemplateProgress>();

        var again = await TemplateWorkshop.NewBuilder(workshop.NewOptions()).BuildAsync(TemplateWorkshop.Tiny, new Listener(progress), default);

        Assert.Equal(workshop.Built, again with { Environment = workshop.Built.Environment, Shell = workshop.Built.Shell });
        Assert.Empty(progress);
    }

    [Fact]
    public async Task Build_ChangedAgent_GivesNewRootOnTheSameBase()
    {
        var options = workshop.NewOptions();
        TemplateWorkshop.Write(Path.Join(options.AgentsPath, "echo/echo/main.py"), $"print('{Guid.NewGuid()}')\n");
        var progress = new List<TemplateProgress>();

        var changed = await TemplateWorkshop.NewBuilder(options).BuildAsync(TemplateWorkshop.Tiny, new Listener(progress), default);

        Assert.NotEqual(workshop.Built.Version, changed.Version);
        Assert.Equal(["adding the guest and the agents", "ready"], progress.Select(report => report.Step));
        Assert.Equal(InodeOf(Root, "bin/bash"), InodeOf(changed.RootPath!, "bin/bash"));
        Assert.NotEqual(InodeOf(Root, "app/agent.sh"), InodeOf(changed.RootPath!, "app/agent.sh"));
    }

    [Fact]
    public async Task Build_AgentThatDoesNotCompile_SaysWhereAndLeavesNothing()
    {
        var options = workshop.NewOptions();
        TemplateWorkshop.Write(Path.Join(options.AgentsPath, "echo/echo/main.py"), "def broken(:\n");
        var builder = TemplateWorkshop.NewBuilder(options);

        var failure = await Assert.ThrowsAsync<TemplateException>(() => builder.BuildAsync(TemplateWorkshop.Tiny, Silent, default));

        Assert.Contains("/app/echo/echo/main.py", failure.Message, StringComparison.Ordinal);
        Assert.Null(builder.Find(TemplateWorkshop.Tiny));
        Assert.Empty(Directory.EnumerateDirectories(workshop.StorePath, ".tmp-*"));
    }

    [Fact]
    public async Task Build_CancelledWhileMmdebstrapRuns_LeavesNothing()
    {
        var definition = TemplateWorkshop.Tiny with { Source = new TemplateSource.Debian("bookworm", ["bash", "hostname"]) };
        using var cancellation = new CancellationTokenSource();
        var builder = TemplateWorkshop.NewBuilder(workshop.NewOptions());
        var cancelOnFirstStep = new Reaction(cancellation.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => builder.BuildAsync(definition, cancelOnFirstStep, cancellation.Token));

        Assert.Null(builder.Find(definition));
        Assert.Empty(Directory.EnumerateDirectories(workshop.StorePath, ".tmp-*"));
        Assert.DoesNotContain(workshop.StorePath, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_UnreachableMirror_SaysWhatToDo()
    {
        var options = workshop.NewOptions() with { Mirror = "http://127.0.0.1:9/debian" };
        var definition = TemplateWorkshop.Tiny with { Source = new TemplateSource.Debian("bookworm", ["bash", "hostname"]) };

        var failure = await Assert.ThrowsAsync<TemplateException>(() => TemplateWorkshop.NewBuilder(options).BuildAsync(definition, Silent, default));

        Assert.Contains("DEBIAN_MIRROR", failure.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:9", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prune_OldRoot_GoesUnlessABoxUsesIt()
    {
        var options = workshop.NewOptions();
        TemplateWorkshop.Write(options.GuestFile, $"guest {Guid.NewGuid()}", executable: true);
        var builder = TemplateWorkshop.NewBuilder(options);
        var old = await builder.BuildAsync(TemplateWorkshop.Tiny, Silent, default);
        var current = TemplateWorkshop.NewBuilder(workshop.NewOptions());

        await current.PruneAsync([TemplateWorkshop.Tiny], path => path == old.RootPath, default);
        Assert.True(Directory.Exists(old.RootPath));

        await current.PruneAsync([TemplateWorkshop.Tiny], _ => false, default);
        Assert.False(Directory.Exists(old.RootPath));
        Assert.Equal(Root, current.Find(TemplateWorkshop.Tiny)?.RootPath);
    }

    private string[] ReadLines(string name) => File.ReadAllLines(Path.Join(Root, name));

    private static string InodeOf(string root, string name) => Run("stat", "--format=%i", Path.Join(root, name));

    private static string[] Find(string path, params string[] conditions) =>
        Run("find", [path, .. conditions]).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Run(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private sealed class Listener(List<TemplateProgress> heard) : IProgress<TemplateProgress>
    {
        public void Report(TemplateProgress value) => heard.Add(value);
    }

    private sealed class Reaction(Action react) : IProgress<TemplateProgress>
    {
        public void Report(TemplateProgress value) => react();
    }
}
