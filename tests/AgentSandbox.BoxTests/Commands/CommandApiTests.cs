using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Commands;

[Collection(ServerCollection.Name)]
public sealed class CommandApiTests(ServerFixture server) : IAsyncLifetime
{
    private TestSession _session = null!;

    public async ValueTask InitializeAsync() => _session = await server.Api.CreateAsync();

    public ValueTask DisposeAsync() => _session.DisposeAsync();

    [Fact]
    public async Task Run_ALine_GivesTheDocumentedResult()
    {
        var result = await _session.RunAsync("echo out; echo ошибка >&2; exit 3");

        Assert.Equal(
            ["pid", "exitCode", "signal", "stdout", "stderr", "encoding", "truncated", "timedOut", "oomKilled", "durationMs", "usage"],
            result.EnumerateObject().Select(property => property.Name));
        Assert.Equal("out\n", result.GetProperty("stdout").GetString());
        Assert.Equal("ошибка\n", result.GetProperty("stderr").GetString());
        Assert.Equal(3, result.GetProperty("exitCode").GetInt32());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("signal").ValueKind);
        Assert.Equal("utf-8", result.GetProperty("encoding").GetString());
        Assert.False(result.GetProperty("oomKilled").GetBoolean());
        Assert.True(result.GetProperty("usage").GetProperty("peakMemoryBytes").GetInt64() > 100_000);
    }

    [Fact]
    public async Task Run_Words_AreNotTouchedByAShell()
    {
        var result = await _session.RunAsync(new { command = new[] { "printf", "%s|", "a b", "$HOME", "*", "", "ы" } });

        Assert.Equal("a b|$HOME|*||ы|", result.GetProperty("stdout").GetString());
    }

    [Fact]
    public async Task Run_CwdEnvAndStdin_ReachTheCommand()
    {
        var result = await _session.RunAsync(new { command = "pwd; echo $GREETING; cat", cwd = "/tmp", env = new Dictionary<string, string> { ["GREETING"] = "привет" }, stdin = "input" });

        Assert.Equal("/tmp\nпривет\ninput", result.GetProperty("stdout").GetString());
    }

    [Fact]
    public async Task Run_SessionEnvironment_IsUnderTheCommands()
    {
        await using var session = await server.Api.CreateAsync(new { env = new Dictionary<string, string> { ["A"] = "session", ["B"] = "session" } });

        var result = await session.RunAsync(new { command = "echo $A $B $HOME", env = new Dictionary<string, string> { ["B"] = "command" } });

        Assert.Equal("session command /home/sandbox\n", result.GetProperty("stdout").GetString());
    }

    [Fact]
    public async Task Run_ChannelsInTurn_StayApart()
    {
        const string Script = "import sys, time\nfor i in range(30):\n  print(i, file=[sys.stdout, sys.stderr][i % 2], flush=True); time.sleep(0.005)";

        var result = await _session.RunAsync(new { command = new[] { "python3", "-c", Script } });

        Assert.Equal(string.Concat(Enumerable.Range(0, 15).Select(i => $"{2 * i}\n")), result.GetProperty("stdout").GetString());
        Assert.Equal(string.Concat(Enumerable.Range(0, 15).Select(i => $"{2 * i + 1}\n")), result.GetProperty("stderr").GetString());
    }

    [Fact]
    public async Task Run_BySignal_HasASignalAndNoExitCode()
    {
        var result = await _session.RunAsync("kill -SEGV $$");

        Assert.Equal("SIGSEGV", result.GetProperty("signal").GetString());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("exitCode").ValueKind);
    }

    [Fact]
    public async Task Run_RandomBytes_ComeBackExactly()
    {
        var bytes = new byte[300_000];
        new Random(7).NextBytes(bytes);
        await _session.PutAsync("/tmp/random", bytes);

        var result = await _session.RunAsync("cat /tmp/random");

        Assert.Equal("base64", result.GetProperty("encoding").GetString());
        Assert.Equal(bytes, result.GetProperty("stdout").GetBytesFromBase64());
    }

    [Fact]
    public async Task Run_AGigabyteOfGarbage_IsCutAndSaysSo()
    {
        var result = await _session.RunAsync("head -c 1073741824 /dev/urandom");

        Assert.Equal(0, result.GetProperty("exitCode").GetInt32());
        Assert.True(result.GetProperty("truncated").GetBoolean());
        Assert.Equal(1 << 20, result.GetProperty("stdout").GetBytesFromBase64().Length);
    }

    [Theory]
    [InlineData("""{"command":["no-such-program"]}""", 422, "executable_not_found")]
    [InlineData("""{"command":["/etc/passwd"]}""", 422, "not_executable")]
    [InlineData("""{"command":["/tmp"]}""", 422, "executable_is_directory")]
    [InlineData("""{"command":"true","cwd":"/nowhere"}""", 422, "invalid_cwd")]
    [InlineData("""{"command":[]}""", 422, "validation_failed")]
    [InlineData("""{"command":""}""", 422, "validation_failed")]
    [InlineData("""{"command":"a\u0000b"}""", 422, "validation_failed")]
    [InlineData("""{"command":"true","timeoutMs":0}""", 422, "validation_failed")]
    [InlineData("""{"command":5}""", 400, "invalid_field")]
    [InlineData("""{"command":["a",null]}""", 422, "validation_failed")]
    [InlineData("""{}""", 400, "missing_field")]
    [InlineData("""{"command":"true","shell":"zsh"}""", 400, "invalid_field")]
    public async Task Run_WhatCannotStart_SaysWhy(string body, int status, string code)
    {
        var problem = await server.Api.PostTextAsync($"{_session.Path}/commands", body, (HttpStatusCode)status);

        Assert.Equal(code, problem.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Run_ScriptWithoutInterpreter_IsExecFormat()
    {
        await _session.OutputAsync("printf 'echo hi\\n' > script; chmod +x script");

        var problem = await _session.RunAsync(new { command = new[] { "./script" } }, HttpStatusCode.UnprocessableEntity);

        Assert.Equal("exec_format", problem.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Run_MissingProgramInTheShell_IsTheShellsAnswer()
    {
        var result = await _session.RunAsync("no-such-program");

        Assert.Equal(127, result.GetProperty("exitCode").GetInt32());
        Assert.Contains("not found", result.GetProperty("stderr").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BackgroundChildHoldsStdout_DoesNotHang()
    {
        var result = await _session.RunAsync("sleep 1000 & echo done");

        Assert.Equal("done\n", result.GetProperty("stdout").GetString());
        Assert.True(result.GetProperty("durationMs").GetInt64() < 30_000);
    }

    [Fact]
    public async Task Run_Timeout_KillsTheWholeTree()
    {
        var mark = Random.Shared.Next(100_000_000, 999_999_999);
        var result = await _session.RunAsync(new { command = $"trap '' TERM; (trap '' TERM; sleep {mark}) & sleep {mark}; sleep {mark}", timeoutMs = 200 });

        Assert.True(result.GetProperty("timedOut").GetBoolean());
        Assert.Equal("SIGKILL", result.GetProperty("signal").GetString());
        Assert.Equal("0", await _session.OutputAsync($"pgrep -cf 'sleep {mark}$' || true"));
    }

    [Fact]
    public async Task Stream_Events_AreByteExactAndEndWithExited()
    {
        var bytes = new byte[3_000_000];
        new Random(11).NextBytes(bytes);
        await _session.PutAsync("/tmp/random", bytes);

        var events = new List<ServerEvent>();
        await foreach (var item in server.Api.StreamAsync(HttpMethod.Post, $"{_session.Path}/commands", new { command = "cat /tmp/random; echo e >&2; exit 4" })) events.Add(item);

        Assert.Equal("started", events[0].Name);
        Assert.True(events[0].Data.GetProperty("pid").GetInt32() > 1);
        Assert.Equal(bytes, events.Where(item => item.Name == "stdout").SelectMany(item => item.Bytes).ToArray());
        Assert.Equal("e\n"u8.ToArray(), events.Where(item => item.Name == "stderr").SelectMany(item => item.Bytes).ToArray());
        Assert.Equal("exited", events[^1].Name);
        Assert.Equal(4, events[^1].Data.GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public async Task Stream_WhatCannotStart_IsAProblemDocumentToo()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_session.Path}/commands") { Content = JsonContent.Create(new { command = new[] { "no-such-program" } }) };
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await server.Api.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("executable_not_found", problem.GetProperty("code").GetString());
        Assert.NotEmpty(problem.GetProperty("requestId").GetString()!);
    }

    [Fact]
    public async Task Stream_ClientLeaves_CommandEnds()
    {
        var mark = Random.Shared.Next(100_000_000, 999_999_999);
        await foreach (var item in server.Api.StreamAsync(HttpMethod.Post, $"{_session.Path}/commands", new { command = $"echo ready; exec sleep {mark}" }))
        {
            if (item.Name == "stdout") break;
        }

        await Eventually.BecomesTrueAsync(async () => await _session.OutputAsync($"pgrep -cf 'sleep {mark}$' || true") == "0");
    }

    [Fact]
    public async Task Run_ClientLeaves_CommandEnds()
    {
        var mark = Random.Shared.Next(100_000_000, 999_999_999);
        using var leaving = new CancellationTokenSource();
        var run = server.Api.Http.PostAsJsonAsync($"{_session.Path}/commands", new { command = new[] { "sleep", $"{mark}" } }, leaving.Token);
        await Eventually.BecomesTrueAsync(async () => await _session.OutputAsync($"pgrep -cf 'sleep {mark}$' || true") == "1");

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await Eventually.BecomesTrueAsync(async () => await _session.OutputAsync($"pgrep -cf 'sleep {mark}$' || true") == "0");
    }

    [Fact]
    public async Task Background_CommandLives_AndCanBeJoinedFedAndEnded()
    {
        var started = await _session.RunAsync(new { command = "echo first; while read line; do echo got $line; done; echo end; exit 5", background = true }, HttpStatusCode.Created);
        var command = $"{_session.Path}/commands/{started.GetProperty("pid").GetInt32()}";

        await server.Api.SendAsync(HttpMethod.Post, $"{command}/stdin", new { data = "один\n" }, HttpStatusCode.NoContent);
        Assert.True((await server.Api.GetAsync(command)).GetProperty("running").GetBoolean());
        await server.Api.SendAsync(HttpMethod.Post, $"{command}/stdin", new { data = Convert.ToBase64String("two\n"u8), encoding = "base64", end = true }, HttpStatusCode.NoContent);

        Assert.Equal("first\ngot один\ngot two\nend\n", await FollowAsync(command));
        Assert.Equal("first\ngot один\ngot two\nend\n", await FollowAsync(command));
        var ended = await server.Api.GetAsync(command);
        Assert.False(ended.GetProperty("running").GetBoolean());
        Assert.Equal(5, ended.GetProperty("exited").GetProperty("exitCode").GetInt32());
        var problem = await server.Api.SendAsync(HttpMethod.Post, $"{command}/stdin", new { data = "x" }, HttpStatusCode.Conflict);
        Assert.Contains(problem.GetProperty("code").GetString(), new[] { "command_exited", "stdin_closed" });
    }

    [Fact]
    public async Task Signal_RunningCommand_EndsIt()
    {
        var started = await _session.RunAsync(new { command = new[] { "sleep", "1000" }, background = true }, HttpStatusCode.Created);
        var command = $"{_session.Path}/commands/{started.GetProperty("pid").GetInt32()}";

        await server.Api.SendAsync(HttpMethod.Post, $"{command}/signal", new { signal = "SIGINT" }, HttpStatusCode.NoContent);
        await FollowAsync(command);

        Assert.Equal("SIGINT", (await server.Api.GetAsync(command)).GetProperty("exited").GetProperty("signal").GetString());
        await server.Api.SendAsync(HttpMethod.Post, $"{command}/signal", new { signal = "SIGWHAT" }, HttpStatusCode.UnprocessableEntity);
        await server.Api.GetAsync($"{_session.Path}/commands/99999", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Run_AFloodBesideIt_StillAnswers()
    {
        using var leaving = new CancellationTokenSource();
        var flood = server.Api.StreamAsync(HttpMethod.Post, $"{_session.Path}/commands", new { command = "cat /dev/zero" }).GetAsyncEnumerator(leaving.Token);
        await flood.MoveNextAsync();
        await flood.MoveNextAsync();                  // now nobody reads: the flood stands, and only the flood

        for (var i = 0; i < 20; i++) Assert.Equal($"{i}", await _session.OutputAsync($"echo {i}"));
        await flood.DisposeAsync();
    }

    [Fact]
    public async Task Run_FiftyAtOnce_AllAnswer()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => _session.OutputAsync($"echo {i}")));

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), results);
    }

    [Fact]
    public async Task Run_ManyOrphans_AreReaped()
    {
        await _session.OutputAsync("for i in $(seq 30); do (sleep 0 & sleep 0 &) ; done");

        await Eventually.BecomesTrueAsync(async () => await _session.OutputAsync("ps -eo stat= | grep -c '^Z' || true") == "0");
    }

    private async Task<string> FollowAsync(string command)
    {
        var output = new List<byte>();
        await foreach (var item in server.Api.StreamAsync(HttpMethod.Get, $"{command}/events", null))
        {
            if (item.Name == "stdout") output.AddRange(item.Bytes);
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }
}
