using AgentSandbox.Server.Configuration;
using Microsoft.Extensions.Configuration;

namespace AgentSandbox.BoxTests.Support;

/// <summary>
/// Where the parts of a checkout are. Built templates are kept between runs under <c>TEST_DATA_DIR</c>; everything else
/// of a test's server goes into a directory of its own.
/// </summary>
internal static class TestHost
{
    public static string GuestPath => Environment.GetEnvironmentVariable("SANDBOXD") ?? Path.Combine(Root, "artifacts/guest/sandboxd");

    /// <summary>Of the checkout.</summary>
    public static string Root { get; } = FindRoot();

    public static ServerConfiguration Configure(IReadOnlyDictionary<string, string?> settings)
    {
        var defaults = new Dictionary<string, string?>
        {
            ["PORT"] = "0",
            ["DATA_DIR"] = settings.GetValueOrDefault("DATA_DIR") ?? Directory.CreateTempSubdirectory("agent-sandbox-test-").FullName,
            ["LOG_LEVEL"] = "error",
            ["AGENT_SANDBOX_GUEST"] = GuestPath,
            ["AGENT_SANDBOX_AGENTS"] = Path.Combine(Root, "agents"),
            ["AGENT_SANDBOX_TEMPLATES"] = Path.Combine(Root, "templates"),
            ["AGENT_SANDBOX_WEB"] = Path.Combine(Root, "web/dist"),
        };
        var read = ServerConfiguration.Read(new ConfigurationBuilder().AddInMemoryCollection(defaults).AddInMemoryCollection(settings).Build());
        return read with { Templates = read.Templates with { StorePath = TemplateStore } };
    }

    private static string TemplateStore => Path.Combine(
        Environment.GetEnvironmentVariable("TEST_DATA_DIR")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache/agent-sandbox-test"),
        "templates");

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "AgentSandbox.slnx"))) return directory.FullName;
        }

        throw new InvalidOperationException("The tests must run from a checkout.");
    }
}
