using System.Net;
using System.Text.Json;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Runtimes.Docker;

/// <summary>The real server with the <c>docker</c> runtime, for one test.</summary>
internal sealed class DockerServer : ServerFixture
{
    private DockerServer(IReadOnlyDictionary<string, string?> settings) => Settings = settings;

    protected override IReadOnlyDictionary<string, string?> Settings { get; }

    public static async Task<DockerServer> StartAsync(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["RUNTIME"] = "docker",
            ["WARM_POOL_SIZE"] = "0",
            ["SESSION_LOST_GRACE_MS"] = "500",
        };
        foreach (var (name, value) in settings) all[name] = value;
        var server = new DockerServer(all);
        try
        {
            await server.InitializeAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async Task<string> StateOf(TestSession session) => (await Api.GetAsync(session.Path)).GetProperty("state").GetString()!;

    /// <summary>An engine that hangs is given up only after a while: see <c>DockerEngine</c>.</summary>
    public Task WaitUntilAsync(TestSession session, string state) =>
        Eventually.BecomesTrueAsync(async () => await StateOf(session) == state, TimeSpan.FromMinutes(1));

    /// <summary>The code of the problem that a create is answered with.</summary>
    public async Task<string> RefusedAsync(HttpStatusCode expected) =>
        (await Api.SendAsync(HttpMethod.Post, "/api/v1/sessions", new { }, expected)).GetProperty("code").GetString()!;

    public async Task<IReadOnlyList<(string Name, int Boxes, bool IsAvailable)>> HostsAsync()
    {
        var runtimes = await Api.GetAsync("/api/v1/runtimes");
        return [.. Assert.Single(runtimes.GetProperty("items").EnumerateArray()).GetProperty("hosts").EnumerateArray().Select(Read)];

        static (string, int, bool) Read(JsonElement host) =>
            (host.GetProperty("name").GetString()!, host.GetProperty("boxes").GetInt32(), host.GetProperty("isAvailable").GetBoolean());
    }
}
