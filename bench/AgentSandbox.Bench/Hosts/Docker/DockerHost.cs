using System.Net.Http.Json;

namespace AgentSandbox.Bench.Hosts.Docker;

/// <summary>Docker Engine as a sandbox host: a box is a started container whose first process sleeps.</summary>
/// <param name="runtime">What the engine shall make containers with, by the name that it knows it by.</param>
internal sealed class DockerHost(DockerDaemon daemon, string runtime) : ISandboxHost
{
    private const string Prefix = "bench-";

    private readonly HttpClient _http = daemon.Http;
    private readonly EngineBoxes _boxes = new(daemon, Prefix);

    public string Name => "Docker";

    public IBoxes Boxes => _boxes;

    public int BoxesAtRest => 0;

    public IReadOnlyList<int> ServicePids => _boxes.ServicePids;

    public async Task<string> CreateAsync(BoxSize size, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString("n");
        await _http.CallJsonAsync(HttpMethod.Post, $"containers/create?name={Prefix}{id}", DockerBody.Container(size, runtime), cancellationToken);
        await _http.CallAsync(HttpMethod.Post, $"containers/{Prefix}{id}/start", null, cancellationToken);
        return id;
    }

    public async Task RunAsync(string id, IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        await StreamOutputAsync(id, command, cancellationToken);

    /// <summary>
    /// The text goes in as an argument: an attached stdin would need a second connection state, and makes Docker no faster.
    /// </summary>
    public async Task RunAgentAsync(string id, string text, CancellationToken cancellationToken)
    {
        string[] command = ["/bin/sh", "-c", "printf %s \"$0\" | /app/agent.sh text-analysis", AgentInput.Json(text)];
        var written = await StreamOutputAsync(id, command, cancellationToken);
        if (written == 0) throw new BenchException("The agent wrote nothing.");
    }

    public async Task<long> StreamOutputAsync(string id, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var total = 0L;
        await ExecAsync(id, command, bytes => total += bytes.Length, stdinLength: 0, cancellationToken);
        return total;
    }

    /// <summary>Docker's archive calls cannot reach into a tmpfs, and the root is read-only: so the file goes through a command.</summary>
    public Task UploadAsync(string id, string path, long length, CancellationToken cancellationToken) =>
        ExecAsync(id, ["/bin/sh", "-c", "exec head -c \"$0\" > \"$1\"", $"{length}", path], _ => { }, length, cancellationToken);

    public async Task DownloadAsync(string id, string path, long length, CancellationToken cancellationToken)
    {
        var check = new PatternCheck(length);
        await ExecAsync(id, ["cat", path], check.Append, stdinLength: 0, cancellationToken);
        check.Complete();
    }

    public Task DeleteAsync(string id, CancellationToken cancellationToken) =>
        _http.CallAsync(HttpMethod.Delete, $"containers/{Prefix}{id}?force=true&v=true", null, cancellationToken);

    private async Task ExecAsync(
        string id, IReadOnlyList<string> command, OutputSink onStdout, long stdinLength, CancellationToken cancellationToken)
    {
        var body = DockerBody.Exec(command, attachStdin: stdinLength > 0);
        var created = await _http.CallJsonAsync(HttpMethod.Post, $"containers/{Prefix}{id}/exec", body, cancellationToken);
        var exec = created.GetProperty("Id").GetString()!;
        var errors = await AttachAsync(exec, onStdout, stdinLength, cancellationToken);

        var exitCode = await WaitAsync(exec, cancellationToken);
        if (exitCode != 0) throw new BenchException($"{command[0]} ended with {exitCode}: {errors}");
    }

    private async Task<string> AttachAsync(string exec, OutputSink onStdout, long stdinLength, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"exec/{exec}/start")
        {
            Content = JsonContent.Create(new { Detach = false, Tty = false }),
        };
        if (stdinLength > 0)
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.ParseAdd("tcp");
        }

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await HttpAnswers.EnsureSuccessAsync(response, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await Pattern.WriteAsync(stream, stdinLength, cancellationToken);
        return await DockerFrames.ReadAsync(stream, onStdout, cancellationToken);
    }

    /// <summary>The output ends a moment before Docker knows how the command ended.</summary>
    private async Task<int> WaitAsync(string exec, CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = await _http.CallJsonAsync(HttpMethod.Get, $"exec/{exec}/json", null, cancellationToken);
            if (!state.GetProperty("Running").GetBoolean()) return state.GetProperty("ExitCode").GetInt32();
        }
    }
}
