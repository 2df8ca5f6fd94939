using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AgentSandbox.BoxTests.Access;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Access;
using AgentSandbox.Server.Audit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentSandbox.BoxTests.Audit;

/// <summary>Who did what with which result, as the real server writes it of real boxes.</summary>
public sealed class AuditTrailTests(AccessServer server) : IClassFixture<AccessServer>
{
    /// <summary>Nobody can add an endpoint that changes something and is not in the log: this goes through all that there are.</summary>
    [Fact]
    public async Task EveryEndpointThatChangesSomething_LeavesAnEntry()
    {
        using var admin = await server.AsAsync("root", Role.Admin);
        var missing = new List<string>();
        foreach (var (method, path, name) in ChangingRoutes())
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "PUT" ? new ByteArrayContent([]) : JsonContent.Create(new { }) };
            using var response = await admin.Http.SendAsync(request);
            await FlushAsync();
            if (Entries().LastOrDefault(entry => Text(entry, "action") == name) is not { ValueKind: JsonValueKind.Object } entry) missing.Add(name);
            else Assert.Equal((int)response.StatusCode, entry.GetProperty("status").GetInt32());
        }

        Assert.Empty(missing);
    }

    [Fact]
    public async Task Command_StartAndEnd_TellWhoWhatAndHowItEnded()
    {
        using var alice = await server.AsAsync("alice");
        await using var session = await alice.CreateAsync();
        await session.RunAsync(new { command = "printf 12345; exit 3", stdin = "secret-input", env = new { TOKEN = "secret-variable" } });

        var (start, end) = (await FindAsync(session.Id, "runCommand"), await FindAsync(session.Id, "commandEnded"));
        Assert.Equal("printf 12345; exit 3", Text(start, "command"));
        Assert.Equal(("alice", "key"), (Text(start.GetProperty("who"), "owner"), Text(start.GetProperty("who"), "kind")));
        Assert.Equal("127.0.0.1", Text(start, "address")?.Replace("::ffff:", "", StringComparison.Ordinal).Replace("::1", "127.0.0.1", StringComparison.Ordinal));
        Assert.Equal((12, 5, 3), (start.GetProperty("bytesIn").GetInt32(), end.GetProperty("bytesOut").GetInt32(), end.GetProperty("exitCode").GetInt32()));
        Assert.Equal(start.GetProperty("pid").GetInt32(), end.GetProperty("pid").GetInt32());
        Assert.Equal(Text(start, "requestId"), Text(end, "requestId"));
    }

    [Fact]
    public async Task Command_AsWordsThatTimesOut_TellsTheWordsAndTheSignal()
    {
        using var alice = await server.AsAsync("alice");
        await using var session = await alice.CreateAsync();
        await session.RunAsync(new { command = new[] { "sleep", "60" }, timeoutMs = 100 });

        Assert.Equal(["sleep", "60"], (await FindAsync(session.Id, "runCommand")).GetProperty("args").EnumerateArray().Select(word => word.GetString()));
        var end = await FindAsync(session.Id, "commandEnded");
        Assert.Equal(("SIGTERM", true), (Text(end, "signal"), end.GetProperty("timedOut").GetBoolean()));
    }

    [Fact]
    public async Task Command_InTheBackground_IsFollowedToItsEnd()
    {
        using var alice = await server.AsAsync("alice");
        await using var session = await alice.CreateAsync();
        await session.RunAsync(new { command = "read -r code; exit $code", background = true, stdin = "7\n" }, HttpStatusCode.Created);

        Assert.Equal(7, (await FindAsync(session.Id, "commandEnded")).GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public async Task Command_ThatCannotStart_LeavesAnEntryWithItsStatus()
    {
        using var alice = await server.AsAsync("alice");
        await using var session = await alice.CreateAsync();
        await session.RunAsync(new { command = new[] { "/no/such/program" } }, HttpStatusCode.UnprocessableEntity);

        var entry = await FindAsync(session.Id, "runCommand");
        Assert.Equal(422, entry.GetProperty("status").GetInt32());
        Assert.Equal("/no/such/program", entry.GetProperty("args")[0].GetString());
    }

    [Fact]
    public async Task Files_ReadsAndChanges_TellPathAndBytes()
    {
        using var alice = await server.AsAsync("alice");
        await using var session = await alice.CreateAsync();
        await session.PutAsync("dir/a.txt", "hello"u8.ToArray());
        await session.ReadAsync("dir/a.txt");
        await alice.SendAsync(HttpMethod.Post, $"{session.Path}/files/move", new { from = "dir/a.txt", to = "b.txt" }, HttpStatusCode.NoContent);
        await alice.SendAsync(HttpMethod.Delete, session.FilePath("b.txt"), null, HttpStatusCode.NoContent);

        var written = await FindAsync(session.Id, "writeFile");
        Assert.Equal(("dir/a.txt", 5, 200), (Text(written, "path"), written.GetProperty("bytesIn").GetInt32(), written.GetProperty("status").GetInt32()));
        Assert.Equal(5, (await FindAsync(session.Id, "readFile")).GetProperty("bytesOut").GetInt32());
        var moved = await FindAsync(session.Id, "moveFile");
        Assert.Equal(("dir/a.txt", "b.txt"), (Text(moved, "path"), Text(moved, "to")));
        Assert.Equal("b.txt", Text(await FindAsync(session.Id, "removeFile"), "path"));
    }

    [Fact]
    public async Task Agent_ARun_IsTold()
    {
        using var alice = await server.AsAsync("alice");
        await using var session = await alice.CreateAsync();
        await alice.SendAsync(HttpMethod.Post, $"{session.Path}/agents/text-analysis/runs", new { input = "A fine day." }, HttpStatusCode.OK);

        var run = await FindAsync(session.Id, "runAgent");
        Assert.Equal("text-analysis", Text(run, "agent"));
        Assert.Equal("text-analysis", Text(await FindAsync(session.Id, "commandEnded"), "agent"));
    }

    [Fact]
    public async Task SessionAudit_IsForItsOwnerAndAdmins_AlsoWhenItHasEnded()
    {
        using var alice = await server.AsAsync("alice");
        using var bob = await server.AsAsync("bob");
        using var admin = await server.AsAsync("root", Role.Admin);
        string path;
        await using (var session = await alice.CreateAsync())
        {
            path = session.Path + "/audit";
            for (var i = 0; i < 3; i++) await session.RunAsync($"echo {i}");
            await bob.GetAsync(path, HttpStatusCode.NotFound);
        }

        Assert.Equal(
            ["createSession", "runCommand", "commandEnded", "runCommand", "commandEnded", "runCommand", "commandEnded", "securityEvent", "sessionEnded", "deleteSession"],
            await ActionsAsync(alice, path, limit: 4));
        Assert.Equal(10, (await ActionsAsync(admin, path, limit: 500)).Count);
        await bob.GetAsync(path, HttpStatusCode.NotFound);
        await alice.GetAsync(path + "?limit=0&cursor=x", HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Denials_AreTold()
    {
        using var alice = await server.AsAsync("alice");
        using var bob = await server.AsAsync("bob");
        await using var session = await alice.CreateAsync();
        await bob.GetAsync(session.Path, HttpStatusCode.NotFound);
        await bob.GetAsync("/api/v1/keys", HttpStatusCode.Forbidden);
        using var nobody = server.As("ask_aaaaaaaaaaaa_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        await nobody.GetAsync("/api/v1/sessions", HttpStatusCode.Unauthorized);
        await server.Api.SendAsync(HttpMethod.Post, "/api/v1/login", new { key = "wrong" }, HttpStatusCode.Unauthorized);

        var foreign = await FindAsync(session.Id, "securityEvent");
        Assert.Equal(("foreignSession", "bob"), (Text(foreign, "event"), Text(foreign.GetProperty("who"), "owner")));
        Assert.Contains(Entries(), entry => Text(entry, "event") == "accessDenied" && Text(entry.GetProperty("who"), "owner") == "bob");
        Assert.Equal(2, Entries().Count(entry => Text(entry, "event") == "authenticationFailed" && Text(entry, "detail") is "login" or "GET /api/v1/sessions"));
    }

    [Fact]
    public async Task Suspicion_PathsAndForbiddenSystemCalls_AreTold()
    {
        using var alice = await server.AsAsync("alice");
        await using var session = await alice.CreateAsync();
        using var _ = await alice.Http.GetAsync(session.FilePath("/proc/1/environ"));
        await session.RunAsync("kill -SYS $$");
        await session.RunAsync("sh -c 'kill -SYS $$'; exit $?");
        await session.ReadAsync("/etc/os-release");

        await FlushAsync();
        var events = Entries().Where(entry => Text(entry, "sessionId") == session.Id && Text(entry, "action") == "securityEvent").Select(entry => Text(entry, "event")).ToList();
        Assert.Equal(["pathAttack", "seccompKill", "seccompKill"], events.Order());
    }

    [Fact]
    public async Task Keys_MadeUsedAndRevoked_AreToldWithoutTheirSecrets()
    {
        using var admin = await server.AsAsync("root", Role.Admin);
        var made = await admin.SendAsync(HttpMethod.Post, "/api/v1/keys", new { name = "ci", owner = "carol" }, HttpStatusCode.Created);
        var (secret, id) = (made.GetProperty("secret").GetString()!, made.GetProperty("key").GetProperty("id").GetString()!);
        await server.Api.SendAsync(HttpMethod.Post, "/api/v1/login", new { key = secret }, HttpStatusCode.NoContent);
        await admin.SendAsync(HttpMethod.Delete, $"/api/v1/keys/{id}", null, HttpStatusCode.NoContent);
        await FlushAsync();

        Assert.Contains(Entries(), entry => Text(entry, "action") == "createKey" && Text(entry, "detail")?.StartsWith(id, StringComparison.Ordinal) is true);
        Assert.Contains(Entries(), entry => Text(entry, "action") == "login" && Text(entry.GetProperty("who"), "keyId") == id);
        Assert.Contains(Entries(), entry => Text(entry, "action") == "revokeKey" && Text(entry, "detail") == id);
        Assert.Contains(Entries(), entry => Text(entry, "action") == "keysChanged" && Text(entry, "detail")?.Contains(id, StringComparison.Ordinal) is true);
        Assert.DoesNotContain(secret[17..], AllText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_OfCommandsAndFiles_AreNowhereInTheLog()
    {
        const string Secret = "planted-8f3a51c7";
        using var alice = await server.AsAsync("alice");
        await using var session = await alice.CreateAsync(new { env = new { SESSION_TOKEN = Secret }, metadata = new { note = Secret } });
        await session.RunAsync(new { command = "cat; echo $TOKEN; echo $SESSION_TOKEN", stdin = Secret, env = new { TOKEN = Secret } });
        await session.PutAsync("a.txt", System.Text.Encoding.UTF8.GetBytes(Secret));
        await session.ReadAsync("a.txt");
        var started = await session.RunAsync(new { command = "cat", background = true }, HttpStatusCode.Created);
        await alice.SendAsync(HttpMethod.Post, $"{session.Path}/commands/{started.GetProperty("pid")}/stdin", new { data = Secret, end = true }, HttpStatusCode.NoContent);
        await FindAsync(session.Id, "writeCommandStdin");

        Assert.DoesNotContain(Secret, AllText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_WhileItIsWritten_IsIntact()
    {
        using var alice = await server.AsAsync("alice");
        await using var session = await alice.CreateAsync();
        await FindAsync(session.Id, "createSession");

        using var verifier = new AuditVerifier(new AuditDirectory(LogPath));
        Assert.Null(verifier.Run().Broken);
    }

    private string LogPath => server.Configuration.Audit.Directory;

    private Task FlushAsync() => server.Services.GetRequiredService<AuditLog>().FlushAsync(CancellationToken.None);

    private List<JsonElement> Entries() => [.. AllText().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private string AllText() => string.Concat(Directory.GetFiles(LogPath, "*.jsonl").Order(StringComparer.Ordinal).Select(File.ReadAllText));

    /// <summary>The last of its kind: some come after the answer.</summary>
    private async Task<JsonElement> FindAsync(string sessionId, string action)
    {
        JsonElement found = default;
        await Eventually.BecomesTrueAsync(async () =>
        {
            await FlushAsync();
            found = Entries().LastOrDefault(entry => Text(entry, "sessionId") == sessionId && Text(entry, "action") == action);
            return found.ValueKind == JsonValueKind.Object;
        });
        return found;
    }

    private static async Task<List<string?>> ActionsAsync(Api api, string path, int limit)
    {
        var actions = new List<string?>();
        for (string? cursor = "0"; cursor is not null;)
        {
            var page = await api.GetAsync($"{path}?limit={limit}&cursor={cursor}");
            actions.AddRange(page.GetProperty("items").EnumerateArray().Select(entry => Text(entry, "action")));
            cursor = page.GetProperty("nextCursor").GetString();
        }

        return actions;
    }

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString() : null;

    private IEnumerable<(string Method, string Path, string Name)> ChangingRoutes() =>
        from endpoint in server.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        let name = endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        where AuditGate.IsAudited(endpoint, method) && name is not "login"       // its entry names whose key it was: see Keys_…
        select (method, PathOf(endpoint), name ?? $"{method} {endpoint.RoutePattern.RawText} has no name");

    private static string PathOf(RouteEndpoint endpoint) => string.Concat(endpoint.RoutePattern.PathSegments.Select(segment => "/" + string.Concat(
        segment.Parts.Select(part => part is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "1")))) + "?path=x";
}
