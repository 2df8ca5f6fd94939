using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using AgentSandbox.BoxTests.Security.Targets;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Sessions;

namespace AgentSandbox.BoxTests.Security;

/// <summary>What a command can print, return, be given and do to its caller: the server is told everything by a hostile program.</summary>
public abstract class CommandAttacks(AttackedServer server, string isolation) : AbuseTest(server, isolation)
{
    /// <summary>C8: one line without an end, a byte at a time, and both channels at once.</summary>
    [Theory]
    [InlineData("head -c 300000000 /dev/zero | tr '\\0' x")]
    [InlineData("python3 -c 'import os\nfor _ in range(300000): os.write(1, b\"x\")'")]
    [InlineData("head -c 50000000 /dev/zero >&2 & head -c 50000000 /dev/zero; wait")]
    public async Task Output_OfAnyAmount_IsCutAndSaysSo(string line)
    {
        var before = ServerNow();

        var result = await Session.RunAsync(line);

        Assert.Equal(0, result.GetProperty("exitCode").GetInt32());
        Assert.Equal(line.Contains("300000)", StringComparison.Ordinal), !result.GetProperty("truncated").GetBoolean());
        Assert.InRange(Encoding.UTF8.GetByteCount(result.GetRawText()), 1, 16 << 20);
        Assert.InRange(ServerNow().MemoryBytes - before.MemoryBytes, long.MinValue, 128L << 20);
    }

    /// <summary>C9: any bytes come back as they were, and the answer is JSON.</summary>
    [Theory]
    [InlineData("fffe41")]
    [InlineData("eda080eda080")]            // surrogates
    [InlineData("61620063")]
    [InlineData("efbbbf61")]
    [InlineData("e280a8e280a9")]
    [InlineData("c328a0a1")]
    [InlineData("f4908080")]                // beyond Unicode
    [InlineData("d0")]
    [InlineData("0d0a0d1b5b324a225c2f3c2f7363726970743e")]
    public async Task Output_OfAnyBytes_ComesBackExactly(string hex)
    {
        var result = await Session.RunAsync(new { command = new[] { "python3", "-c", $"import os; [os.write(1, bytes([byte])) for byte in bytes.fromhex('{hex}')]" } });

        var stdout = result.GetProperty("stdout");
        var bytes = result.GetProperty("encoding").GetString() is "base64" ? stdout.GetBytesFromBase64() : Encoding.UTF8.GetBytes(stdout.GetString()!);
        Assert.Equal(hex, Convert.ToHexStringLower(bytes));
    }

    /// <summary>C9: characters that fall apart at the borders of what was read at once.</summary>
    [Fact]
    public async Task Output_OfManyMultibyteCharacters_StaysText()
    {
        var result = await Session.RunAsync(new { command = new[] { "python3", "-c", "import sys\nsys.stdout.write('x' + '\U0001F600' * 200000)" } });

        Assert.Equal("utf-8", result.GetProperty("encoding").GetString());
        Assert.Equal("x" + string.Concat(Enumerable.Repeat("\U0001F600", 200_000)), result.GetProperty("stdout").GetString());
    }

    /// <summary>C10.</summary>
    [Fact]
    public async Task ExitCode_EachOne_IsTold()
    {
        foreach (var codes in Enumerable.Range(0, 256).Chunk(16))
        {
            var results = await Task.WhenAll(codes.Select(code => Session.RunAsync($"exit {code}")));
            Assert.Equal(codes, results.Select(result => result.GetProperty("exitCode").GetInt32()));
        }
    }

    /// <summary>C10: what the kernel or the server will not take is the caller's fault, and named.</summary>
    [Fact]
    public async Task Request_ThatCannotBeRun_IsRefusedByName()
    {
        Assert.Equal("validation_failed", await RefusedAsync(new { command = new[] { "echo", new string('x', 131_072) } }));
        Assert.Equal("validation_failed", await RefusedAsync(new { command = Enumerable.Repeat("x", 5_000) }));
        await Session.RunAsync(new { command = Enumerable.Repeat(new string('x', 100_000), 30) }, HttpStatusCode.RequestEntityTooLarge);
        foreach (var name in (string[])["", "A=B", "A\0B"]) Assert.Equal("validation_failed", await RefusedAsync(new { command = "true", env = new Dictionary<string, string> { [name] = "x" } }));
        Assert.Equal("validation_failed", await RefusedAsync(new { command = "true", env = new Dictionary<string, string> { ["A"] = "x\0y" } }));
        Assert.Equal("invalid_cwd", await RefusedAsync(new { command = "true", cwd = "/proc/self/fd/3" }));
        await AssertAliveAsync();
    }

    /// <summary>C11: nobody reads it, or nobody is there any more.</summary>
    [Theory]
    [InlineData("true")]
    [InlineData("exec 0<&-; sleep 0.2")]
    [InlineData("head -c 1 > /dev/null")]
    public async Task Stdin_ThatNobodyReads_IsDropped(string line)
    {
        var result = await Session.RunAsync(new { command = line, stdin = new string('x', 1_000_000) });

        Assert.Equal(0, result.GetProperty("exitCode").GetInt32());
        await AssertAliveAsync();
    }

    /// <summary>C12.</summary>
    [Fact]
    public async Task Clock_IsNotTheBoxsToSet()
    {
        var result = await AttackWithPythonAsync("""
            import ctypes, time
            libc = ctypes.CDLL(None)
            try: time.clock_settime(time.CLOCK_REALTIME, 0); print("set")
            except PermissionError: pass
            if libc.settimeofday(ctypes.byref((ctypes.c_long * 2)(1, 0)), None) == 0: print("set")
            """);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("", result.Everything);
    }

    /// <summary>C5: many who listen to one session; each costs the server a connection, until they leave.</summary>
    [Fact]
    public async Task Streams_Many_AreGivenBack()
    {
        var before = ServerNow();
        var started = await Session.RunAsync(new { command = "while echo x; do sleep 0.05; done", background = true }, HttpStatusCode.Created);
        var path = $"{Session.Path}/commands/{started.GetProperty("pid").GetInt32()}/events";

        using (var http = new HttpClient { BaseAddress = Server.Api.Http.BaseAddress })
        {
            var followers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead)));
            Assert.InRange(followers.Count(follower => follower.IsSuccessStatusCode), 1, new SessionOptions().MaxStreams);
            Assert.All(followers, follower => Assert.Contains(follower.StatusCode, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.TooManyRequests]));
            await Bystander.AssertServedAsync(Neighbour.Session, "200 streams");
            foreach (var follower in followers) follower.Dispose();
        }

        await Eventually.BecomesTrueAsync(() => ServerNow().Descriptors < before.Descriptors + 50);
        await AssertAliveAsync();
    }

    /// <summary>C14: whoever still waits for an answer gets one when the session goes.</summary>
    [Fact]
    public async Task Delete_WhileOthersUseIt_AnswersThem()
    {
        var run = Server.Api.Http.PostAsJsonAsync($"{Session.Path}/commands", new { command = new[] { "sleep", "1000" } });
        using var upload = await HalfAnUploadAsync();
        await Eventually.BecomesTrueAsync(async () => await Session.OutputAsync("pgrep -c sleep; ls -A /home/sandbox | wc -l") == "1\n1");

        var deletes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Server.Api.Http.DeleteAsync(Session.Path)));

        Assert.All(deletes, answer => Assert.Contains(answer.StatusCode, (HttpStatusCode[])[HttpStatusCode.NoContent, HttpStatusCode.NotFound]));
        Assert.Contains(deletes, answer => answer.StatusCode == HttpStatusCode.NoContent);
        using var ran = await run.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Contains("session_ended", await ran.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("HTTP/1.1 409 Conflict", await new StreamReader(upload.GetStream()).ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)));
        foreach (var path in (string[])["", "/commands", "/stats", "/files/list"]) await Server.Api.GetAsync(Session.Path + path, HttpStatusCode.NotFound);
        await Session.RunAsync(new { command = "true" }, HttpStatusCode.NotFound);
    }

    /// <summary>By hand: an <see cref="HttpClient"/> looks for no answer before it has sent everything.</summary>
    private async Task<TcpClient> HalfAnUploadAsync()
    {
        var address = Server.Api.Http.BaseAddress!;
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"PUT {Session.FilePath("endless")} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000\r\n\r\nhalf"));
        return client;
    }

    private async Task<string> RefusedAsync(object request) =>
        (await Session.RunAsync(request, HttpStatusCode.UnprocessableEntity)).GetProperty("code").GetString()!;
}
