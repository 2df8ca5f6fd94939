using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Security;

/// <summary>What must not get into the log, nor into the answer to anything that went wrong; and what is logged stays what it is.</summary>
[Collection(KeyedHttpServerCollection.Name)]
public sealed class HttpSecretTests(KeyedHttpServer server)
{
    [Fact]
    public async Task Secrets_WhereverTheyAreSent_StayOutOfLogAndErrors()
    {
        var secret = $"planted{Guid.NewGuid():N}";
        var key = await server.CreateKeyAsync();
        using var api = server.As(key);
        var refusals = new StringBuilder();

        await using var session = await api.CreateAsync(new { env = new { TOKEN = secret }, metadata = new { label = secret } });
        await session.RunAsync(new { command = "cat; echo $TOKEN >&2; exit 3", stdin = secret, env = new { OTHER = secret } });
        await session.PutAsync("secret", Encoding.UTF8.GetBytes(secret));
        foreach (var body in new[]
        {
            $$$"""{"env":{"A":"{{{secret}}}","B=":"{{{secret}}}"}}""", $$$"""{"timeoutMs":"{{{secret}}}"}""", $$$"""{"env":["{{{secret}}}"]}""", $$$"""{"metadata":{"a":"{{{secret}}}"},"limits":7}""", $$$"""{"env":{"A":"{{{secret}}}""",
        }) await PostAsync("/api/v1/sessions", body);
        await PostAsync($"{session.Path}/commands", $$$"""{"command":["/no/such/{{{Guid.Empty}}}","{{{secret}}}"],"stdin":"{{{secret}}}","env":{"A":"{{{secret}}}"}}""");
        await PostAsync($"{session.Path}/commands/999999/stdin", $$$"""{"data":"{{{secret}}}"}""");
        await PostAsync($"{session.Path}/commands/1/stdin", $$$"""{"data":"{{{secret}}}!","encoding":"base64"}""");
        await PostAsync("/api/v1/login", $$$"""{"key":"{{{key}}}x"}""");
        await PostAsync("/api/v1/login", $$$"""{"key":["{{{key}}}"]}""");
        await PostAsync($"/api/v1/nothing?key={key}&token={secret}", "{}");
        await AskAsync("Bearer", key + "x");
        await AskAsync("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{secret}")));
        await AskAsync("Bearer", secret);

        Assert.NotEmpty(server.Log.Lines);
        var log = string.Concat(server.Log.Lines);
        foreach (var planted in new[] { secret, key, key.Split('_')[2] })
        {
            Assert.DoesNotContain(planted, log, StringComparison.Ordinal);
            Assert.DoesNotContain(planted, refusals.ToString(), StringComparison.Ordinal);
        }

        async Task PostAsync(string path, string body)
        {
            using var answer = await api.Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
            Assert.InRange((int)answer.StatusCode, 400, 499);
            refusals.AppendLine(await answer.Content.ReadAsStringAsync());
        }

        async Task AskAsync(string scheme, string credential)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/sessions");
            request.Headers.Authorization = new AuthenticationHeaderValue(scheme, credential);
            using var answer = await server.Api.Http.SendAsync(request);
            Assert.Equal(401, (int)answer.StatusCode);
            refusals.AppendLine(await answer.Content.ReadAsStringAsync()).AppendLine(answer.Headers.ToString());
        }
    }

    [Theory]
    [InlineData("/%0d%0a%7B%22level%22:%22error%22,%22message%22:%22forged%22%7D")]
    [InlineData("/%22,%22level%22:%22error%22,%22x%22:%22")]
    [InlineData("/%1b%5b2J%1b%5d0;title%07")]
    [InlineData("/%E2%80%AE%E2%80%A8%C2%85")]
    [InlineData("/%5Cn%5Cu000a")]
    public async Task LoggedPath_Hostile_StaysAValueOfOneLine(string path)
    {
        using var answer = await server.Api.Http.GetAsync(new Uri(path, UriKind.Relative));
        var id = answer.Headers.GetValues("X-Request-Id").Single();

        var line = await server.Log.LineOfAsync(id);

        Assert.Equal("info", line.GetProperty("level").GetString());
        Assert.Equal(Uri.UnescapeDataString(path), line.GetProperty("path").GetString());
        AssertOneLineEach();
    }

    [Fact]
    public async Task LoggedHeaders_Hostile_StayValuesOfOneLine()
    {
        await RawHttp.ExchangeAsync(
            server.Address,
            $"POST /api/v1/sessions HTTP/1.1\r\nHost: {server.Address.Authority}\r\nOrigin: http://\"}}\\n{{\"level\":\"error\"\r\nUser-Agent: \\u001b[31m\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        AssertOneLineEach();
    }

    /// <summary>Each line is one object, and nothing in it ends a line, drives a terminal or turns the direction of reading.</summary>
    private void AssertOneLineEach()
    {
        foreach (var line in server.Log.Lines)
        {
            Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind);
            Assert.DoesNotContain(line[..^1], letter => char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\u202e');
        }
    }
}
