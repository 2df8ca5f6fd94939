using AgentSandbox.Server.Templates;

namespace AgentSandbox.BoxTests.Templates;

/// <summary>
/// A small Debian base, really built by mmdebstrap once and kept between test runs, and throw-away guests and agents.
/// </summary>
public sealed class TemplateWorkshop : IAsyncLifetime
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("template-tests-").FullName;

    internal static TemplateDefinition Tiny { get; } = new(
        "tiny",
        "As small as Debian gets, with a Python",
        new TemplateSource.Debian("bookworm", ["bash", "python3-minimal"]),
        new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["HOME"] = "/home/sandbox" },
        ["/bin/bash", "-c"]);

    internal string StorePath { get; } = Path.Join(TestData(), "template-tests");

    internal List<TemplateProgress> Progress { get; } = [];

    internal Template Built { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Templates are built on Linux only.");
        Built = await NewBuilder(NewOptions()).BuildAsync(Tiny, new Listener(Progress), CancellationToken.None);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_scratch, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>A guest and agents of a test's own, equal in content to any other test's.</summary>
    internal TemplateOptions NewOptions()
    {
        var parts = Directory.CreateDirectory(Path.Join(_scratch, Path.GetRandomFileName())).FullName;
        var agents = Path.Join(parts, "agents");
        Write(Path.Join(agents, "agent.sh"), "#!/bin/sh\nexec \"/app/$1/run\"\n");
        Write(Path.Join(agents, "README.md"), "not for the box");
        Write(Path.Join(agents, "echo/run"), "#!/usr/bin/python3\nimport echo.main\n", executable: true);
        Write(Path.Join(agents, "echo/echo/main.py"), "print('hello')\n");
        Write(Path.Join(agents, "echo/training/data.tsv"), "not for the box");
        Write(Path.Join(parts, "sandboxd"), "guest", executable: true);
        return new TemplateOptions(StorePath, Path.Join(parts, "sandboxd"), agents, Environment.GetEnvironmentVariable("DEBIAN_MIRROR"));
    }

    internal static TemplateBuilder NewBuilder(TemplateOptions options) => new(options, TimeProvider.System);

    internal static void Write(string path, string content, bool executable = false)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        if (executable) File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserExecute);
    }

    private static string TestData() =>
        Environment.GetEnvironmentVariable("TEST_DATA_DIR")
        ?? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "agent-sandbox-test");

    private sealed class Listener(List<TemplateProgress> heard) : IProgress<TemplateProgress>
    {
        public void Report(TemplateProgress value) => heard.Add(value);
    }
}
