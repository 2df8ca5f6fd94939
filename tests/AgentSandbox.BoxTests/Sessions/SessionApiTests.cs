using System.Net;
using System.Text.Json;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Sessions;

[Collection(ServerCollection.Name)]
public sealed class SessionApiTests(ServerFixture server)
{
    [Fact]
    public async Task Create_EmptyBody_GivesTheDocumentedSession()
    {
        using var response = await server.Api.Http.PostAsync("/api/v1/sessions", content: null);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        await using var session = new TestSession(server.Api, body);

        Assert.Equal(session.Path, response.Headers.Location?.ToString());
        Assert.Equal(
            ["id", "state", "template", "runtime", "isolation", "host", "owner", "createdAt", "expiresAt", "timeoutMs", "limits", "metadata"],
            body.EnumerateObject().Select(property => property.Name));
        Assert.Equal("running", body.GetProperty("state").GetString());
        Assert.Equal("oci", body.GetProperty("runtime").GetString());
        Assert.Equal("standard", body.GetProperty("isolation").GetString());
        Assert.Equal(300_000, body.GetProperty("timeoutMs").GetInt64());
        Assert.Equal(512L << 20, body.GetProperty("limits").GetProperty("memoryBytes").GetInt64());
        var lifetime = body.GetProperty("expiresAt").GetDateTimeOffset() - body.GetProperty("createdAt").GetDateTimeOffset();
        Assert.InRange(lifetime.TotalMilliseconds, 299_000, 301_000);
    }

    [Fact]
    public async Task Delete_Twice_IsGoneTheSecondTime()
    {
        var session = await server.Api.CreateAsync();

        await server.Api.SendAsync(HttpMethod.Delete, session.Path, null, HttpStatusCode.NoContent);

        var problem = await server.Api.SendAsync(HttpMethod.Delete, session.Path, null, HttpStatusCode.NotFound);
        Assert.Equal("session_not_found", problem.GetProperty("code").GetString());
        Assert.Equal("session_not_found", (await server.Api.GetAsync(session.Path, HttpStatusCode.NotFound)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Update_TimeoutAndLabels_CountFromNowAndReplace()
    {
        await using var session = await server.Api.CreateAsync(new { metadata = new { a = "1" } });

        var updated = await server.Api.SendAsync(HttpMethod.Patch, session.Path, new { timeoutMs = 3_600_000, metadata = new { b = "2" } }, HttpStatusCode.OK);

        Assert.Equal(3_600_000, updated.GetProperty("timeoutMs").GetInt64());
        Assert.True(updated.GetProperty("expiresAt").GetDateTimeOffset() > session.Created.GetProperty("expiresAt").GetDateTimeOffset().AddMinutes(50));
        Assert.Equal("{\"b\":\"2\"}", updated.GetProperty("metadata").GetRawText());
    }

    [Fact]
    public async Task List_LabelsAndPages_FindWhatTheyShould()
    {
        var label = Guid.NewGuid().ToString("N");
        await using var first = await server.Api.CreateAsync(new { metadata = new { label, number = "1" } });
        await using var second = await server.Api.CreateAsync(new { metadata = new { label, number = "2" } });
        await using var other = await server.Api.CreateAsync();

        var page = await server.Api.GetAsync($"/api/v1/sessions?limit=1&metadata=label%3D{label}");
        var next = await server.Api.GetAsync($"/api/v1/sessions?limit=1&metadata=label%3D{label}&cursor={page.GetProperty("nextCursor").GetString()}");
        var exact = await server.Api.GetAsync($"/api/v1/sessions?metadata=label%3D{label}&metadata=number%3D1&state=running");

        Assert.Equal([second.Id], Ids(page));
        Assert.Equal([first.Id], Ids(next));
        Assert.Equal(JsonValueKind.Null, next.GetProperty("nextCursor").ValueKind);
        Assert.Equal([first.Id], Ids(exact));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("cursor=nonsense", "cursor")]
    [InlineData("state=asleep", "state")]
    [InlineData("metadata=nolabel", "metadata")]
    public async Task List_WrongQuery_NamesTheParameter(string query, string field)
    {
        var problem = await server.Api.GetAsync($"/api/v1/sessions?{query}", HttpStatusCode.UnprocessableEntity);

        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _));
    }

    [Theory]
    [InlineData("""{"limits":{"memoryBytes":1}}""", "limits.memoryBytes", "from 33554432 to")]
    [InlineData("""{"limits":{"cpus":0}}""", "limits.cpus", "from 0.05 to")]
    [InlineData("""{"limits":{"pids":1000000}}""", "limits.pids", "from 16 to 4096")]
    [InlineData("""{"limits":{"diskBytes":-5}}""", "limits.diskBytes", "from 1048576 to")]
    [InlineData("""{"timeoutMs":-1}""", "timeoutMs", "from 1000 to 86400000")]
    [InlineData("""{"isolation":"vm"}""", "isolation", "standard")]
    [InlineData("""{"env":{"A=B":"1"}}""", "env", "'='")]
    [InlineData("""{"metadata":{"":"x"}}""", "metadata.", "1 to 128")]
    public async Task Create_ValueOutOfRange_NamesTheFieldAndTheRange(string body, string field, string message)
    {
        var problem = await server.Api.PostTextAsync("/api/v1/sessions", body, HttpStatusCode.UnprocessableEntity);

        Assert.Equal("validation_failed", problem.GetProperty("code").GetString());
        Assert.Contains(message, problem.GetProperty("errors").GetProperty(field)[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_SeveralWrongValues_NamesThemAll()
    {
        var problem = await server.Api.PostTextAsync(
            "/api/v1/sessions", """{"timeoutMs":1,"limits":{"pids":1,"cpus":-1},"isolation":"x"}""", HttpStatusCode.UnprocessableEntity);

        Assert.Equal(["isolation", "limits.cpus", "limits.pids", "timeoutMs"], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Theory]
    [InlineData("""{"timeout":5}""", "invalid_field", "timeout is not a field here. Known fields: template, timeoutMs")]
    [InlineData("""{"limits":{"memory":5}}""", "invalid_field", "limits.memory is not a field here. Known fields: memoryBytes")]
    [InlineData("""{"timeoutMs":"soon"}""", "invalid_field", "timeoutMs must be a whole number.")]
    [InlineData("""{"timeoutMs":1.5}""", "invalid_field", "timeoutMs must be a whole number.")]
    [InlineData("""{"metadata":{"a":1}}""", "invalid_field", "metadata.a must be a text.")]
    [InlineData("""{"limits":[]}""", "invalid_field", "limits must be an object.")]
    [InlineData("""{"timeoutMs":5""", "invalid_json", "line 1")]
    [InlineData("""{"template":"a","template":"b"}""", "invalid_field", "template")]
    [InlineData("""nonsense""", "invalid_json", "line 1")]
    public async Task Create_BodyThatCannotBeRead_Is400AndSaysWhere(string body, string code, string detail)
    {
        var problem = await server.Api.PostTextAsync("/api/v1/sessions", body, HttpStatusCode.BadRequest);

        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(problem.GetProperty("requestId").GetString()!);
    }

    [Fact]
    public async Task Create_DeeplyNestedBody_Is400()
    {
        var body = string.Concat(Enumerable.Repeat("{\"limits\":", 10_000)) + "1" + new string('}', 10_000);

        await server.Api.PostTextAsync("/api/v1/sessions", body, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Create_BodyOverTheLimit_Is413()
    {
        var body = "{\"template\":\"" + new string('a', 2 << 20) + "\"}";

        // Else the client still sends when the answer comes, and may see a closed connection in its place.
        server.Api.Http.DefaultRequestHeaders.ExpectContinue = true;
        var problem = await server.Api.PostTextAsync("/api/v1/sessions", body, HttpStatusCode.RequestEntityTooLarge);
        server.Api.Http.DefaultRequestHeaders.ExpectContinue = false;

        Assert.Equal("body_too_large", problem.GetProperty("code").GetString());
        Assert.Contains("1048576", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_UnknownTemplate_Is404()
    {
        var problem = await server.Api.PostTextAsync("/api/v1/sessions", """{"template":"none"}""", HttpStatusCode.NotFound);

        Assert.Equal("template_not_found", problem.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Expiry_AtTheDeadline_SessionIsGone()
    {
        var session = await server.Api.CreateAsync(new { timeoutMs = 1_000 });

        await Eventually.BecomesTrueAsync(async () =>
        {
            using var response = await server.Api.Http.GetAsync(session.Path);
            return response.StatusCode == HttpStatusCode.NotFound;
        });
    }

    [Fact]
    public async Task Stats_LiveSession_TellsWhatTheBoxUses()
    {
        await using var session = await server.Api.CreateAsync();
        await session.OutputAsync("head -c 20000000 /dev/zero > big");

        var stats = await server.Api.GetAsync($"{session.Path}/stats");

        Assert.InRange(stats.GetProperty("memoryBytes").GetInt64(), 20_000_000, 60_000_000);
        Assert.InRange(stats.GetProperty("pids").GetInt32(), 1, 20);
        Assert.True(stats.GetProperty("cpuMs").GetInt64() > 0);
    }

    [Fact]
    public async Task Box_KilledFromOutside_SessionFails()
    {
        await using var session = await server.Api.CreateAsync();
        var marked = Host.FindProcess(await session.StartMarkedProcessAsync());
        Host.Kill(Host.InitOf(marked));

        await Eventually.BecomesTrueAsync(async () => (await server.Api.GetAsync(session.Path)).GetProperty("state").GetString() == "failed");

        var problem = await session.RunAsync(new { command = "true" }, HttpStatusCode.Conflict);
        Assert.Equal("session_not_running", problem.GetProperty("code").GetString());
    }

    private static IEnumerable<string> Ids(JsonElement page) =>
        page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!);
}
