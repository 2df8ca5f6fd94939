using System.Globalization;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace AgentSandbox.BoxTests.Support.Docker;

/// <summary>
/// The Engine API as far as tests speak it themselves: to look at what the server's runtime has made, from the side.
/// </summary>
internal sealed class EngineClient : IDisposable
{
    private readonly HttpClient _http;

    private EngineClient(HttpClient http) => _http = http;

    public static EngineClient Connect(string socketPath)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new EngineClient(new HttpClient(handler) { BaseAddress = new Uri("http://docker/v1.41/"), Timeout = TimeSpan.FromMinutes(2) });
    }

    public async Task<bool> AnswersAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("_ping", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return await ReadAsync(answer);
    }

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body, body.GetType());
        using var answer = await _http.SendAsync(request);
        return await ReadAsync(answer);
    }

    /// <summary>All containers, those that do not run included.</summary>
    public async Task<IReadOnlyList<string>> ListContainersAsync() =>
        [.. (await GetAsync("containers/json?all=true")).EnumerateArray().Select(container => container.GetProperty("Id").GetString()!)];

    public async Task RemoveContainersAsync()
    {
        foreach (var id in await ListContainersAsync()) await SendAsync(HttpMethod.Delete, $"containers/{id}?force=true&v=true");
    }

    /// <summary>The host's pid of a container's first process.</summary>
    public async Task<int> FindInitAsync(string container) =>
        (await GetAsync($"containers/{container}/json")).GetProperty("State").GetProperty("Pid").GetInt32();

    public async Task ImportAsync(string image, Stream tar)
    {
        var (repository, tag) = image.Split(':') is [var name, var version] ? (name, version) : (image, "latest");
        using var content = new StreamContent(tar);
        using var answer = await _http.PostAsync(new Uri($"images/create?fromSrc=-&repo={repository}&tag={tag}", UriKind.Relative), content);

        // Docker answers 200 before it begins; how it went is in the last line.
        var progress = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode && !progress.Contains("\"error\"", StringComparison.Ordinal), progress);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, string.Create(CultureInfo.InvariantCulture, $"{(int)answer.StatusCode}: {text}"));
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }
}
