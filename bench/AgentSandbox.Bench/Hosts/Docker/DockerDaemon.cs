using System.Collections.Immutable;
using System.Text.Json;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Bench.Hosts.Docker;

/// <summary>
/// A dockerd of our own, with its own containerd, in a directory of our own: it shares nothing with one that may run on
/// this machine already, and when it is disposed nothing of it stays.
/// </summary>
internal sealed class DockerDaemon : IAsyncDisposable
{
    public const string Image = "agent-sandbox-bench:latest";
    private const string TrustKey = "/etc/docker/key.json";

    private readonly ChildProcess _process;
    private readonly string _cgroupParent;
    private readonly bool _hadTrustKey;

    private DockerDaemon(ChildProcess process, HttpClient http, string cgroupParent, bool hadTrustKey)
    {
        _process = process;
        _cgroupParent = cgroupParent;
        _hadTrustKey = hadTrustKey;
        Http = http;
    }

    public HttpClient Http { get; }

    public int Pid => _process.Id;

    /// <summary>Version of the engine, and of what it runs containers with.</summary>
    public string Version { get; private set; } = "";

    public static async Task<DockerDaemon> StartAsync(string directory, string root, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var socket = Path.Combine(directory, "docker.sock");
        var cgroupParent = $"/bench-docker-{Environment.ProcessId}";         // absolute: else it is somewhere below our own
        var configuration = Path.Combine(directory, "daemon.json");
        await File.WriteAllTextAsync(configuration, "{}", cancellationToken);

        var hadTrustKey = File.Exists(TrustKey);
        var process = ChildProcess.Start(
            "dockerd",
            Arguments(directory, socket, configuration, cgroupParent),
            ImmutableDictionary<string, string>.Empty,
            Path.Combine(directory, "dockerd.log"));
        var daemon = new DockerDaemon(process, DockerClient.Create(socket), cgroupParent, hadTrustKey);
        try
        {
            await process.WaitUntilReadyAsync(daemon.AnswersAsync, TimeSpan.FromSeconds(30), time, cancellationToken);
            await daemon.ReadVersionAsync(cancellationToken);
            await daemon.ImportAsync(root, cancellationToken);
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        var hasAnswered = Version.Length > 0;
        if (hasAnswered) await RemoveContainersAsync();
        Http.Dispose();
        await _process.DisposeAsync();
        RemoveCgroups();
        if (!_hadTrustKey) File.Delete(TrustKey);       // old engines write it whatever their data root is
    }

    /// <summary>No bridge and no iptables: containers without a network need neither, and the machine's stay as they are.</summary>
    private static IEnumerable<string> Arguments(string directory, string socket, string configuration, string cgroupParent) =>
    [
        "--config-file", configuration,
        "--host", $"unix://{socket}",
        "--data-root", Path.Combine(directory, "data"),
        "--exec-root", Path.Combine(directory, "exec"),
        "--pidfile", Path.Combine(directory, "dockerd.pid"),
        "--cgroup-parent", cgroupParent,
        "--bridge", "none",
        "--iptables=false",
        "--ip6tables=false",
        "--ip-forward=false",
        "--log-level", "warn",
    ];

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Http.CallAsync(HttpMethod.Get, "_ping", null, cancellationToken);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task ReadVersionAsync(CancellationToken cancellationToken)
    {
        var answer = await Http.CallJsonAsync(HttpMethod.Get, "version", null, cancellationToken);
        var parts = answer.GetProperty("Components").EnumerateArray()
            .Select(part => $"{part.GetProperty("Name").GetString()} {part.GetProperty(nameof(Version)).GetString()}");
        Version = string.Join(", ", parts);
    }

    private async Task ImportAsync(string root, CancellationToken cancellationToken)
    {
        var archive = new RootTar(root, root + Template.GuestPath);
        await TarPipe.SendAsync(archive.WriteAsync, tar => ImportAsync(tar, cancellationToken));
    }

    private async Task ImportAsync(Stream tar, CancellationToken cancellationToken)
    {
        var name = Image.Split(':');
        using var request = new HttpRequestMessage(HttpMethod.Post, $"images/create?fromSrc=-&repo={name[0]}&tag={name[1]}")
        {
            Content = new StreamContent(tar),
        };
        using var response = await Http.SendAsync(request, cancellationToken);
        await HttpAnswers.EnsureSuccessAsync(response, cancellationToken);

        // Docker answers 200 before it begins; how it went is in the last line.
        var progress = await response.Content.ReadAsStringAsync(cancellationToken);
        if (progress.Contains("\"error\"", StringComparison.Ordinal)) throw new BenchException($"Docker did not import the files: {progress}");
    }

    private async Task RemoveContainersAsync()
    {
        try
        {
            var containers = await Http.CallJsonAsync(HttpMethod.Get, "containers/json?all=true", null, CancellationToken.None);
            foreach (var container in containers.EnumerateArray())
            {
                var id = container.GetProperty("Id").GetString();
                await Http.CallAsync(HttpMethod.Delete, $"containers/{id}?force=true&v=true", null, CancellationToken.None);
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or BenchException or JsonException)
        {
            await Console.Error.WriteLineAsync($"Docker's containers could not be removed: {failure.Message}");
        }
    }

    /// <summary>Docker removes the groups of its containers, but not their parent.</summary>
    private void RemoveCgroups()
    {
        const string mounts = "/sys/fs/cgroup";
        foreach (var parent in Directory.EnumerateDirectories(mounts).Append(mounts).Select(mount => mount + _cgroupParent))
        {
            if (Directory.Exists(parent)) Directory.Delete(parent);
        }
    }
}
