using System.IO.Pipelines;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace AgentSandbox.Bench.Hosts.Server;

/// <summary>This project's server over its REST API: a box is a session's sandbox.</summary>
internal sealed class ServerHost(string name, ServerProcess server, IBoxes boxes) : ISandboxHost
{
    private readonly HttpClient _http = server.Http;

    public string Name { get; } = name;

    public IBoxes Boxes => boxes;

    public int BoxesAtRest => server.Settings.PoolSize;

    public IReadOnlyList<int> ServicePids => [server.Pid, .. boxes.ServicePids];

    public async Task<string> CreateAsync(BoxSize size, CancellationToken cancellationToken)
    {
        // Limits that are spelled out cannot come from the pool, so the usual ones are left to the server.
        object body = size == BoxSize.Usual ? new { } : new { limits = new { memoryBytes = size.MemoryBytes, diskBytes = size.DiskBytes } };
        var session = await _http.CallJsonAsync(HttpMethod.Post, "sessions", body, cancellationToken);
        return session.GetProperty("id").GetString()!;
    }

    public async Task RunAsync(string id, IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        EnsureSucceeded(command, await _http.CallJsonAsync(HttpMethod.Post, $"sessions/{id}/commands", new { command }, cancellationToken));

    public async Task RunAgentAsync(string id, string text, CancellationToken cancellationToken)
    {
        var run = await _http.CallJsonAsync(HttpMethod.Post, $"sessions/{id}/agents/text-analysis/runs", new { input = text }, cancellationToken);
        if (run.GetProperty("status").GetString() is not "succeeded") throw new BenchException($"The agent failed: {run}");
    }

    public async Task<long> StreamOutputAsync(string id, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"sessions/{id}/commands") { Content = JsonContent.Create(new { command }) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await HttpAnswers.EnsureSuccessAsync(response, cancellationToken);

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var total = 0L;
        var events = new EventStream(PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 128 << 10)));
        EnsureSucceeded(command, await events.ReadAsync(bytes => total += bytes.Length, cancellationToken));
        return total;
    }

    public async Task UploadAsync(string id, string path, long length, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, FilePath(id, path)) { Content = new PatternContent(length) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var response = await _http.SendAsync(request, cancellationToken);
        await HttpAnswers.EnsureSuccessAsync(response, cancellationToken);
    }

    public async Task DownloadAsync(string id, string path, long length, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(FilePath(id, path), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await HttpAnswers.EnsureSuccessAsync(response, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);

        var check = new PatternCheck(length);
        var buffer = new byte[128 << 10];
        for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0;) check.Append(buffer.AsSpan(0, read));
        check.Complete();
    }

    public Task DeleteAsync(string id, CancellationToken cancellationToken) =>
        _http.CallAsync(HttpMethod.Delete, $"sessions/{id}", null, cancellationToken);

    private static string FilePath(string id, string path) => $"sessions/{id}/files?path={Uri.EscapeDataString(path)}";

    private static void EnsureSucceeded(IReadOnlyList<string> command, JsonElement result)
    {
        if (result.GetProperty("exitCode") is { ValueKind: JsonValueKind.Number } code && code.GetInt32() == 0) return;
        throw new BenchException($"{command[0]} failed: {result}");
    }
}
