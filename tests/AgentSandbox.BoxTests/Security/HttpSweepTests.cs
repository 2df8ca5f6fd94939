using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Security;

/// <summary>
/// Every operation of the API with what nobody should send. The answer is never a failure of the server, comes at once, and if
/// it is a refusal it is a problem document that tells nothing of the inside.
/// </summary>
[Collection(KeyedHttpServerCollection.Name)]
public sealed class HttpSweepTests(KeyedHttpServer server) : IAsyncLifetime
{
    /// <summary>Three times what is promised, for machines that do other things as well.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(3);

    /// <summary>Marks of a stack trace, of types and of places on the host.</summary>
    private static readonly string[] Inside = ["   at ", "Exception", ".cs:", "AgentSandbox.Server.", "System.", "Microsoft.", "/root/", "/usr/share/dotnet"];

    private Api _api = null!;
    private TestSession _session = null!;
    private IReadOnlyList<ApiOperation> _operations = [];

    public async ValueTask InitializeAsync()
    {
        _api = server.As(await server.CreateKeyAsync());
        _session = await _api.CreateAsync();
        _operations = ApiOperation.ReadAll(await _api.GetAsync("/openapi/v1.json"));
        Assert.True(_operations.Count > 25);
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Equal("alive", await _session.OutputAsync("echo alive"));
        await _session.DisposeAsync();
        _api.Dispose();
    }

    [Fact]
    public async Task Paths_Hostile_AreAnsweredWell()
    {
        foreach (var operation in _operations)
        {
            foreach (var name in operation.PathNames)
            {
                foreach (var value in HostileInputs.UrlValues) await CallAsync(operation, PathOf(operation, name, value), body: operation.Example?.ToJsonString() is { } json ? Json(json) : null);
            }
        }
    }

    [Fact]
    public async Task Queries_Hostile_AreAnsweredWell()
    {
        foreach (var operation in _operations.Where(operation => operation.Method != "DELETE" || operation.QueryNames.Count > 0))
        {
            foreach (var name in operation.QueryNames.Append("unknown"))
            {
                foreach (var value in HostileInputs.UrlValues) await CallAsync(operation, $"{PathOf(operation)}?{name}={value}&{name}={value}", Json("{}"));
            }
        }
    }

    [Fact]
    public async Task Bodies_Hostile_AreAnsweredWell()
    {
        foreach (var operation in _operations.Where(operation => operation.Example is not null))
        {
            foreach (var body in HostileInputs.Bodies.Concat(HostileInputs.Spoil(operation.Example!))) await CallAsync(operation, PathOf(operation), Json(body));
        }
    }

    [Fact]
    public async Task ContentTypes_Hostile_AreAnsweredWell()
    {
        foreach (var operation in _operations.Where(operation => operation.Example is not null))
        {
            foreach (var type in HostileInputs.ContentTypes)
            {
                var body = new ByteArrayContent("{}"u8.ToArray());
                if (type is not null) body.Headers.TryAddWithoutValidation("Content-Type", type);
                await CallAsync(operation, PathOf(operation), body);
            }
        }
    }

    [Fact]
    public async Task Methods_ThatAreNone_AreAnsweredWell()
    {
        foreach (var path in _operations.Select(PathOf).Distinct())
        {
            foreach (var method in new[] { "TRACE", "OPTIONS", "FOO", "PROPFIND" })
            {
                var status = await SendAsync(method, path, null, "application/json");
                Assert.True(status is HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotFound, $"{method} {path}: {status}");
            }
        }
    }

    [Theory]
    [InlineData("application/json; charset=foo", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=utf-16", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=\"UTF-8\"", HttpStatusCode.UnprocessableEntity)]
    public async Task Charset_OtherThanUtf8_IsNotSupported(string type, HttpStatusCode expected)
    {
        using var body = new ByteArrayContent("{\"timeoutMs\":1}"u8.ToArray());
        body.Headers.TryAddWithoutValidation("Content-Type", type);

        using var answer = await _api.Http.PostAsync("/api/v1/sessions", body);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Mistakes_InVeryManyPlaces_AreToldUpToABound()
    {
        var body = "{\"env\":{" + string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"{i}=\":null")) + "}}";

        using var answer = await _api.Http.PostAsync("/api/v1/sessions", Json(body));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync()).Length, 100, 64 * 1024);
    }

    [Theory]
    [InlineData("state=%2B1")]
    [InlineData("state=1")]
    [InlineData("state=running,failed")]
    [InlineData("state=%20running")]
    public async Task List_StateThatIsNoName_IsRefused(string query)
    {
        var problem = await _api.GetAsync($"/api/v1/sessions?{query}", HttpStatusCode.UnprocessableEntity);

        Assert.True(problem.GetProperty("errors").TryGetProperty("state", out _));
    }

    [Fact]
    public async Task Move_TwoWrongPaths_NamesBoth()
    {
        var problem = await _api.SendAsync(HttpMethod.Post, $"{_session.Path}/files/move", new { from = "", to = "a\0" }, HttpStatusCode.UnprocessableEntity);

        Assert.Equal(["from", "to"], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Head_OfHealth_IsAnswered(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);

        using var answer = await _api.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/openapi/v2.json")]
    [InlineData("/openapi/..%2f..%2fappsettings.json")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/..%2f..%2fetc%2fpasswd")]
    public async Task Path_ThatIsNone_IsAProblemDocument(string path) =>
        Assert.Equal("not_found", (await _api.GetAsync(path, HttpStatusCode.NotFound)).GetProperty("code").GetString());

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/event-stream")]
    public async Task Delete_WhileACommandRuns_TellsItsCallerSo(string accept)
    {
        var session = await _api.CreateAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{session.Path}/commands");
        request.Content = Json("""{"command":"touch /tmp/runs; sleep 600"}""");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        var running = _api.Http.SendAsync(request);
        await Eventually.BecomesTrueAsync(async () => (await session.RunAsync("test -e /tmp/runs")).GetProperty("exitCode").GetInt32() == 0);

        await _api.SendAsync(HttpMethod.Delete, session.Path, null, HttpStatusCode.NoContent);

        using var answer = await running;
        Assert.Contains("\"session_ended\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        if (accept is "application/json") Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
    }

    /// <summary>With a session and an agent that there are, so that what comes behind the look-up is met too.</summary>
    private string PathOf(ApiOperation operation) => PathOf(operation, null, "");

    private string PathOf(ApiOperation operation, string? hostile, string value)
    {
        var path = operation.Path;
        foreach (var name in operation.PathNames) path = path.Replace($"{{{name}}}", name == hostile ? value : GoodValueOf(operation, name), StringComparison.Ordinal);
        return path;
    }

    private string GoodValueOf(ApiOperation operation, string name) => name switch
    {
        // The session of these tests is not to be ended by one of them.
        "id" when operation.Method == "DELETE" && operation.PathNames.Count == 1 && operation.QueryNames.Count == 0 => "none",
        "id" => _session.Id,
        "name" => "text-analysis",
        _ => "1",
    };

    private static ByteArrayContent Json(string text) => Json(System.Text.Encoding.UTF8.GetBytes(text));

    private static ByteArrayContent Json(byte[] bytes) => new(bytes) { Headers = { ContentType = new("application/json") } };

    private async Task CallAsync(ApiOperation operation, string path, HttpContent? body)
    {
        var content = body is null ? null : await body.ReadAsByteArrayAsync();
        var fastest = TimeSpan.MaxValue;
        // The machine may be busy: what is slow three times in a row is slow.
        for (var attempt = 0; attempt < 3 && fastest > AtOnce; attempt++)
        {
            var copy = content is null ? null : new ByteArrayContent(content);
            foreach (var header in body?.Headers.NonValidated ?? default) copy!.Headers.TryAddWithoutValidation(header.Key, header.Value);
            var started = Stopwatch.GetTimestamp();
            await SendAsync(operation.Method, path, operation.Method is "GET" or "DELETE" ? null : copy, "application/json");
            fastest = TimeSpan.FromTicks(Math.Min(fastest.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
        }
        Assert.True(fastest <= AtOnce, $"{operation.Method} {Shortened(path)} took {fastest}: {content?.Length} bytes, {Shortened(System.Text.Encoding.Latin1.GetString(content ?? []))}");
    }

    private async Task<HttpStatusCode> SendAsync(string method, string path, HttpContent? body, string accept)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body;
        request.Headers.Accept.ParseAdd(accept);
        using var answer = await _api.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var what = $"{method} {Shortened(path)}: {(int)answer.StatusCode} {Shortened(text)}";

        Assert.True((int)answer.StatusCode < 500, what);
        Assert.False(answer.Headers.Contains("X-Injected"), what);
        // The web server itself refuses what is no HTTP, before anything of ours is asked; it says no more than the status.
        if (!answer.Headers.Contains("X-Request-Id")) Assert.Equal((HttpStatusCode.BadRequest, ""), (answer.StatusCode, text));
        else if ((int)answer.StatusCode >= 400) AssertProblem(answer, text, what);
        return answer.StatusCode;
    }

    private void AssertProblem(HttpResponseMessage answer, string text, string what)
    {
        Assert.True(answer.Content.Headers.ContentType?.MediaType is "application/problem+json", what);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.True(problem.GetProperty("code").GetString() is { Length: > 0 } and not "internal_error", what);
        Assert.Equal(answer.Headers.GetValues("X-Request-Id").Single(), problem.GetProperty("requestId").GetString());
        Assert.InRange(text.Length, 1, 128 * 1024);
        Assert.All(Inside.Append(server.Configuration.Paths.DataDirectory), mark => Assert.DoesNotContain(mark, text, StringComparison.Ordinal));
    }

    private static string Shortened(string text) => text.Length <= 300 ? text : text[..300];
}
