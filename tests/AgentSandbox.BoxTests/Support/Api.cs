using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace AgentSandbox.BoxTests.Support;

/// <summary>The REST API as its users call it.</summary>
internal sealed class Api(Uri address) : IDisposable
{
    public HttpClient Http { get; } = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1_000 })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromMinutes(2),
    };

    public async Task<TestSession> CreateAsync(object? body = null)
    {
        using var response = await Http.PostAsJsonAsync("/api/v1/sessions", body ?? new { });
        return new TestSession(this, await ReadAsync(response, HttpStatusCode.Created));
    }

    public Task<JsonElement> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK) => SendAsync(HttpMethod.Get, path, null, expected);

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = body as HttpContent ?? JsonContent.Create(body, body.GetType());
        using var response = await Http.SendAsync(request);
        return await ReadAsync(response, expected);
    }

    public async Task<JsonElement> PostTextAsync(string path, string json, HttpStatusCode expected) =>
        await SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, "application/json"), expected);

    /// <summary>Posts and reads the answer as an event stream.</summary>
    public async IAsyncEnumerable<ServerEvent> StreamAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body, body.GetType());
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        await using var stream = await response.Content.ReadAsStreamAsync();
        await foreach (var item in System.Net.ServerSentEvents.SseParser.Create(stream).EnumerateAsync())
        {
            yield return new ServerEvent(item.EventType, JsonDocument.Parse(item.Data).RootElement);
        }
    }

    public void Dispose() => Http.Dispose();

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"Expected {expected}, but got {response.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }
}

internal sealed record ServerEvent(string Name, JsonElement Data)
{
    public byte[] Bytes => Data.GetProperty("data").GetBytesFromBase64();
}
