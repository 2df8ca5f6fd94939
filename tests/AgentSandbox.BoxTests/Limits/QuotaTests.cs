using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Access;
using Microsoft.Extensions.DependencyInjection;

namespace AgentSandbox.BoxTests.Limits;

/// <summary>What owners may use, with real boxes: nobody gets more by asking often, at once or by breaking off.</summary>
public sealed class QuotaTests(QuotaTests.Server server) : IClassFixture<QuotaTests.Server>
{
    [Fact]
    public async Task Create_AHundredAtOnce_GivesExactlyTheQuota()
    {
        using var api = await server.AsAsync("alice");
        var responses = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => api.Http.PostAsJsonAsync("/api/v1/sessions", new { })));

        var created = responses.Where(response => response.StatusCode == HttpStatusCode.Created).ToList();
        var refused = responses.Where(response => response.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.Equal((Server.MaxSessions, 100 - Server.MaxSessions), (created.Count, refused.Count));
        var problem = await refused[0].Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(("quota_exceeded", "concurrentSessions"), (problem.GetProperty("code").GetString(), problem.GetProperty("quota").GetString()));
        Assert.Equal((10, 10, JsonValueKind.Null), (problem.GetProperty("limit").GetInt32(), problem.GetProperty("used").GetInt32(), problem.GetProperty("resetsAt").ValueKind));
        Assert.NotNull(refused[0].Headers.RetryAfter);
        Assert.Equal(10, await UsedAsync(api, "concurrentSessions"));

        using var bob = await server.AsAsync("bob");
        await using var unconcerned = await bob.CreateAsync();
        await Task.WhenAll(created.Select(response => api.Http.DeleteAsync(response.Headers.Location)));
        Assert.Equal((0, 10, 0), (await UsedAsync(api, "concurrentSessions"), await UsedAsync(api, "sessions"), await UsedAsync(api, "diskBytes")));
    }

    [Fact]
    public async Task Create_WhoseCallersLeave_HoldsNothing()
    {
        using var api = await server.AsAsync("carol");
        using var leaving = new CancellationTokenSource();
        var creates = Enumerable.Range(0, 8).Select(_ => api.Http.PostAsJsonAsync("/api/v1/sessions", new { limits = new { pids = 64 } }, leaving.Token)).ToList();
        await Task.WhenAny(creates);
        await leaving.CancelAsync();
        foreach (var create in creates)
        {
            try
            {
                using var response = await create;
                await api.Http.DeleteAsync(response.Headers.Location);
            }
            catch (OperationCanceledException)
            {
                // It left before its answer.
            }
        }

        // One that was answered in the moment in which its caller left lives on, as it should: it is in the list.
        foreach (var left in (await api.GetAsync("/api/v1/sessions")).GetProperty("items").EnumerateArray())
        {
            using var response = await api.Http.DeleteAsync($"/api/v1/sessions/{left.GetProperty("id").GetString()}");
        }

        await Eventually.BecomesTrueAsync(async () => await UsedAsync(api, "concurrentSessions") == 0);
    }

    [Fact]
    public async Task ProcessorTime_UsedUp_AllowsNeitherCommandsNorRunsNorSessions()
    {
        using var api = await server.AsAsync("dave");
        await using var session = await api.CreateAsync();
        await using (var other = await api.CreateAsync()) await other.RunAsync($"ulimit -t {Server.CpuSeconds + 1}; while :; do :; done");

        await Eventually.BecomesTrueAsync(async () => await UsedAsync(api, "cpuSeconds") >= Server.CpuSeconds);
        using var refused = await api.Http.PostAsJsonAsync($"{session.Path}/commands", new { command = "true" });
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal((HttpStatusCode.TooManyRequests, "quota_exceeded", "cpuSeconds"), (refused.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("quota").GetString()));
        var resetsAt = problem.GetProperty("resetsAt").GetDateTimeOffset();
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (resetsAt.Offset, resetsAt.TimeOfDay));
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        await api.SendAsync(HttpMethod.Post, $"{session.Path}/agents/text-analysis/runs", new { input = "fine" }, HttpStatusCode.TooManyRequests);
        await api.SendAsync(HttpMethod.Post, "/api/v1/agents/text-analysis/runs", new { input = "fine" }, HttpStatusCode.TooManyRequests);
        await api.SendAsync(HttpMethod.Post, "/api/v1/sessions", new { }, HttpStatusCode.TooManyRequests);
        await api.GetAsync($"{session.Path}/commands");
    }

    [Fact]
    public async Task BoxThatDies_GivesItsPlaceBack()
    {
        using var api = await server.AsAsync("erin");
        await using var session = await api.CreateAsync();
        Host.Kill(Host.InitOf(Host.FindProcess(await session.StartMarkedProcessAsync())));

        await Eventually.BecomesTrueAsync(async () => await UsedAsync(api, "concurrentSessions") == 0);
    }

    [Fact]
    public async Task Usage_OfOthers_IsForAdmins()
    {
        using var api = await server.AsAsync("frank");
        using var admin = await server.AsAsync("root", Role.Admin);
        await using var session = await api.CreateAsync();

        await api.GetAsync("/api/v1/usage?owner=root", HttpStatusCode.Forbidden);
        var usage = await admin.GetAsync("/api/v1/usage?owner=frank");
        Assert.Equal(("frank", 1), (usage.GetProperty("owner").GetString(), usage.GetProperty("concurrentSessions").GetProperty("used").GetInt32()));
        Assert.Equal((10, Server.CpuSeconds), (usage.GetProperty("concurrentSessions").GetProperty("limit").GetInt32(), usage.GetProperty("cpuSeconds").GetProperty("limit").GetInt32()));
        Assert.Equal(JsonValueKind.Null, usage.GetProperty("memoryGiBHours").GetProperty("limit").ValueKind);
        Assert.Equal("frank", (await api.GetAsync("/api/v1/usage")).GetProperty("owner").GetString());
    }

    [Fact]
    public async Task Session_WithAllItsStreamsTaken_RefusesMoreUntilOneEnds()
    {
        using var api = await server.AsAsync("grace");
        await using var session = await api.CreateAsync();
        var pid = (await session.RunAsync(new { command = new[] { "cat" }, background = true }, HttpStatusCode.Created)).GetProperty("pid").GetInt32();
        var followers = new List<HttpResponseMessage>();
        for (var i = 0; i < Server.MaxStreams; i++)
            followers.Add(await api.Http.GetAsync($"{session.Path}/commands/{pid}/events", HttpCompletionOption.ResponseHeadersRead));

        using var refused = await api.Http.GetAsync($"{session.Path}/commands");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("too_many_streams", (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        Assert.NotNull(refused.Headers.RetryAfter);

        foreach (var follower in followers) follower.Dispose();
        await Eventually.BecomesTrueAsync(async () =>
        {
            using var response = await api.Http.GetAsync($"{session.Path}/commands");
            return response.IsSuccessStatusCode;
        });
    }

    private static async Task<double> UsedAsync(Api api, string quota) => (await api.GetAsync("/api/v1/usage")).GetProperty(quota).GetProperty("used").GetDouble();

    public sealed class Server : ServerFixture
    {
        public const int MaxSessions = 10, CpuSeconds = 4, MaxStreams = 5;

        protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
        {
            ["MAX_CONCURRENT_SESSIONS"] = "50",
            ["WARM_POOL_SIZE"] = "2",
            ["QUOTA_CONCURRENT_SESSIONS"] = $"{MaxSessions}",
            ["QUOTA_CPU_SECONDS_PER_DAY"] = $"{CpuSeconds}",
            ["SESSION_MAX_STREAMS"] = $"{MaxStreams}",
        };

        internal async Task<Api> AsAsync(string owner, Role role = Role.User)
        {
            var (_, text) = await Services.GetRequiredService<KeyStore>().CreateAsync(new NewKey("test", owner, role, Scopes.All, null), CancellationToken.None);
            var api = new Api(Address);
            api.Http.DefaultRequestHeaders.Authorization = new("Bearer", text.ToString());
            return api;
        }
    }
}
