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

    /// <summary>What it knows gVisor by; the server's own default.</summary>
    public const string GvisorRuntime = "runsc";

    public const string StandardRuntime = "runc";

    private readonly ChildProcess _process;
    private readonly string _directory;
    private readonly string _cgroupParent;
    private readonly TimeProvider _time;

    private DockerDaemon(ChildProcess process, string directory, string socket, string cgroupParent, TimeProvider time)
    {
        _process = process;
        _directory = directory;
        _cgroupParent = cgroupParent;
        _time = time;
        Socket = socket;
        Http = DockerClient.Create(socket);
    }

    public HttpClient Http { get; }

    public string Socket { get; }

    public int Pid => _process.Id;

    /// <summary>Version of the engine, and of what it runs containers with.</summary>
    public string Version { get; private set; } = "";

    /// <param name="withGvisor">Whether it can make containers with gVisor too.</param>
    public static async Task<DockerDaemon> StartAsync(string directory, bool withGvisor, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var socket = Path.Combine(directory, "docker.sock");
        var cgroupParent = $"/bench-docker-{Environment.ProcessId}";         // absolute: else it is somewhere below our own
        var configuration = Path.Combine(directory, "daemon.json");
        await File.WriteAllTextAsync(configuration, JsonSerializer.Serialize(Settings(directory, withGvisor)), cancellationToken);

        var process = ChildProcess.Start(
            "dockerd",
            Arguments(directory, socket, configuration, cgroupParent),
            ImmutableDictionary<string, string>.Empty,
            Path.Combine(directory, "dockerd.log"));
        var daemon = new DockerDaemon(process, directory, socket, cgroupParent, time);
        try
        {
            await process.WaitUntilReadyAsync(daemon.AnswersAsync, TimeSpan.FromSeconds(30), time, cancellationToken);
            await daemon.ReadVersionAsync(cancellationToken);
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes <see cref="Image"/> of a template's root file system.</summary>
    public async Task ImportAsync(string root, CancellationToken cancellationToken)
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

    public async ValueTask DisposeAsync()
    {
        var hasAnswered = Version.Length > 0;
        if (hasAnswered) await RemoveContainersAsync();
        Http.Dispose();
        await _process.DisposeAsync();
        await DaemonRemains.RemoveAsync(ExecRootOf(_directory), _cgroupParent, _time);
    }

    private static Dictionary<string, object> Settings(string directory, bool withGvisor)
    {
        var settings = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["deprecated-key-path"] = Path.Combine(directory, "key.json"),       // else old engines write it to /etc
        };
        if (withGvisor) settings["runtimes"] = new Dictionary<string, object>(StringComparer.Ordinal) { [GvisorRuntime] = GvisorSettings };
        return settings;
    }

    /// <summary>
    /// Without <c>--network=none</c> gVisor wants to take over the interfaces of a network that the container does not have.
    /// </summary>
    private static object GvisorSettings => new { path = GvisorRuntime, runtimeArgs = new[] { $"--platform={Gvisor.Platform}", "--network=none" } };

    /// <summary>No bridge and no iptables: containers without a network need neither, and the machine's stay as they are.</summary>
    private static IEnumerable<string> Arguments(string directory, string socket, string configuration, string cgroupParent) =>
    [
        "--config-file", configuration,
        "--host", $"unix://{socket}",
        "--data-root", Path.Combine(directory, "data"),
        "--exec-root", ExecRootOf(directory),
        "--pidfile", Path.Combine(directory, "dockerd.pid"),
        "--cgroup-parent", cgroupParent,
        "--bridge", "none",
        "--iptables=false",
        "--ip6tables=false",
        "--ip-forward=false",
        "--log-level", "warn",
    ];

    private static string ExecRootOf(string directory) => Path.Combine(directory, "exec");

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
}
