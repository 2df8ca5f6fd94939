using System.Net;
using System.Text.Json;

namespace AgentSandbox.BoxTests.Support;

/// <summary>A session of one test; ended with it.</summary>
internal sealed class TestSession(Api api, JsonElement created) : IAsyncDisposable
{
    public Api Api => api;

    public JsonElement Created => created;

    public string Id { get; } = created.GetProperty("id").GetString()!;

    public string Path => $"/api/v1/sessions/{Id}";

    /// <summary>Runs a line in the shell and returns its result.</summary>
    public Task<JsonElement> RunAsync(string line) => RunAsync(new { command = line });

    public Task<JsonElement> RunAsync(object request, HttpStatusCode expected = HttpStatusCode.OK) =>
        api.SendAsync(HttpMethod.Post, $"{Path}/commands", request, expected);

    /// <summary>Runs a line that must end well and returns what it printed.</summary>
    public async Task<string> OutputAsync(string line)
    {
        var result = await RunAsync(line);
        Assert.True(result.GetProperty("exitCode").ValueKind == JsonValueKind.Number && result.GetProperty("exitCode").GetInt32() == 0, $"{line}: {result}");
        return result.GetProperty("stdout").GetString()!.TrimEnd('\n');
    }

    public async Task PutAsync(string path, byte[] content)
    {
        using var body = new ByteArrayContent(content);
        await api.SendAsync(HttpMethod.Put, FilePath(path), body, HttpStatusCode.OK);
    }

    public Task<byte[]> ReadAsync(string path) => api.Http.GetByteArrayAsync(FilePath(path));

    public string FilePath(string path, string operation = "") => $"{Path}/files{operation}?path={Uri.EscapeDataString(path)}";

    public async ValueTask DisposeAsync()
    {
        using var response = await api.Http.DeleteAsync(Path);
        Assert.True(response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotFound);
    }
}
