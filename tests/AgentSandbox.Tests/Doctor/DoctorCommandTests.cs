using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AgentSandbox.Server.Doctor;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Tests.Doctor;

public sealed class DoctorCommandTests : IDisposable
{
    private const string Definition = """
        { "name": "default", "description": "d", "suite": "bookworm", "packages": ["bash"],
          "environment": { "PATH": "/bin", "HOME": "/home/sandbox" }, "shell": ["/bin/bash", "-c"] }
        """;

    private readonly string _installation = Directory.CreateTempSubdirectory("doctor-tests-").FullName;
    private readonly RecordedHost _host = RecordedHost.Debian12()
        .WithTool("mmdebstrap", "mmdebstrap 1.3.5")
        .With("/usr/share/keyrings/debian-archive-keyring.gpg", "");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public DoctorCommandTests()
    {
        Write("templates/default.json", Definition);
        Write("guest/sandboxd", "guest");
        Write("web/index.html", "page");
        Write("agents/agent.sh", "");
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _host.Dispose();
        Directory.Delete(_installation, recursive: true);
    }

    [Fact]
    public async Task Run_OnlyTheTemplateIsNotBuilt_SucceedsWithAWarning()
    {
        var (exitCode, output) = await RunAsync(NewContext());

        Assert.Equal(0, exitCode);
        Assert.Contains("! Default template  not built yet\n", output, StringComparison.Ordinal);
        Assert.EndsWith("\nNothing is missing.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Table_IsAlignedWithEachFixBelow()
    {
        using var alpine = RecordedHost.NoCgroups();

        var (_, output) = await RunAsync(NewContext() with { Host = alpine.AsRoot() });

        Assert.Contains(
            "✗ OCI runtime       neither crun nor runc is installed\n                    → sudo apt-get install crun\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SomethingIsMissing_Fails()
    {
        var (exitCode, output) = await RunAsync(NewContext() with { FreeBytes = _ => 2L << 30 });

        Assert.Equal(1, exitCode);
        Assert.Contains("✗ Disk              2.0 GiB free", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_TemplateIsBuilt_NeedsLessRoomAndNoMmdebstrap()
    {
        using var hybrid = RecordedHost.Hybrid();
        var context = NewContext() with { FreeBytes = _ => 2L << 30, Host = hybrid.AsRoot() };
        MakeTemplateLookBuilt(context);

        var (exitCode, output) = await RunAsync(context);

        Assert.Equal(0, exitCode);
        Assert.Contains("✓ Default template  built\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_InvalidDefinition_SaysWhatIsWrong()
    {
        Write("templates/other.json", "{}");

        var (exitCode, output) = await RunAsync(NewContext());

        Assert.Equal(1, exitCode);
        Assert.Contains("either suite and packages", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "! gVisor            runsc is not installed; there is no isolation gvisor without it\n                    → sudo apt-get install runsc\n")]
    [InlineData("runsc version 0.0~20221219.0", "! gVisor            runsc version 0.0~20221219.0: ls and stat of coreutils 9 fail on it\n")]
    [InlineData("runsc version release-20251117.0", "✓ gVisor            runsc version release-20251117.0\n")]
    public async Task Run_Gvisor_IsToldAndNeverMissing(string? version, string line)
    {
        if (version is not null) _host.WithTool("runsc", version);

        var (exitCode, output) = await RunAsync(NewContext());

        Assert.Equal(0, exitCode);
        Assert.Contains(line, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PortInUse_WarnsOnly()
    {
        var (exitCode, output) = await RunAsync(NewContext() with { Port = ((IPEndPoint)_listener.LocalEndpoint).Port });

        Assert.Equal(0, exitCode);
        Assert.Contains("! Port ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NothingIsBuilt_SaysWhatBuildsIt()
    {
        Directory.Delete(Path.Join(_installation, "guest"), recursive: true);
        Directory.Delete(Path.Join(_installation, "web"), recursive: true);

        var (exitCode, output) = await RunAsync(NewContext());

        Assert.Equal(0, exitCode);
        Assert.Equal(2, output.Split("→ ./run build\n").Length - 1);
    }

    [Fact]
    public async Task Run_ExtraCheck_CountsAsAnyOther()
    {
        var noBox = DoctorFinding.Missing("Box", "did not start", "Look into the log.");

        var (exitCode, output) = await RunAsync(NewContext(), extra: _ => ValueTask.FromResult<DoctorFinding?>(noBox));

        Assert.Equal(1, exitCode);
        Assert.Contains("✗ Box ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_DefaultTemplateFromAnImage_NeedsNothingHere()
    {
        Write("templates/default.json", """{ "name": "default", "description": "d", "image": "alpine:3.20" }""");

        var (_, output) = await RunAsync(NewContext());

        Assert.Contains("✓ Default template  made from alpine:3.20 by Docker", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AsJson_IsAListOfFindings()
    {
        var (_, output) = await RunAsync(NewContext(), asJson: true);

        using var json = JsonDocument.Parse(output);
        var cgroups = json.RootElement.EnumerateArray().Single(finding => finding.GetProperty("name").GetString() == "Control groups");
        Assert.Equal("ok", cgroups.GetProperty("state").GetString());
        Assert.Equal("version 2", cgroups.GetProperty("detail").GetString());
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(DoctorContext context, bool asJson = false, DoctorCheck? extra = null)
    {
        var output = new StringWriter();
        var exitCode = await DoctorCommand.RunAsync(context, extra is null ? [] : [extra], asJson, output, CancellationToken.None);
        return (exitCode, output.ToString());
    }

    private DoctorContext NewContext()
    {
        var templates = new TemplateOptions(Path.Join(_installation, "data/templates"), Path.Join(_installation, "guest/sandboxd"), Path.Join(_installation, "agents"));
        return new DoctorContext(
            _host.AsRoot(), Path.Join(_installation, "data"), Port: 0, Path.Join(_installation, "web"), Path.Join(_installation, "templates"), templates)
        {
            FreeBytes = _ => 10L << 30,
        };
    }

    private static void MakeTemplateLookBuilt(DoctorContext context)
    {
        var definition = TemplateCatalog.Load(context.DefinitionsPath).Definitions.Single();
        var rootPath = new TemplateBuilder(context.Templates, TimeProvider.System).Describe(definition).RootPath!;
        Directory.CreateDirectory(rootPath);
    }

    private void Write(string name, string content)
    {
        var path = Path.Join(_installation, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
