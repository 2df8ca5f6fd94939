using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace AgentSandbox.BoxTests.Support.Docker;

/// <summary>Everything that one engine has on the host: its files, and the name of its control groups.</summary>
internal sealed class EngineDirectory
{
    private const string Prefix = "agent-sandbox-docker-";      // what the search for leaks looks for

    private EngineDirectory(string path) => Path = path;

    public string Path { get; }

    public string Name => System.IO.Path.GetFileName(Path);

    public string Socket => Of("docker.sock");

    public string Certificates => Of("certificates");

    public string Log => Of("dockerd.log");

    /// <summary>Directly below the root of every hierarchy; an absolute name, else it would lie somewhere below our own.</summary>
    public string CgroupParent => "/" + Name;

    public int? ContainerdPid => File.Exists(ContainerdPidFile) ? int.Parse(File.ReadAllText(ContainerdPidFile), CultureInfo.InvariantCulture) : null;

    /// <summary>The containers' shims name it on their command line.</summary>
    public string ContainerdSocket => Of("exec/containerd/containerd.sock");

    /// <summary>The directories of the containers, as containerd keeps them.</summary>
    public string Tasks => Of("exec/containerd/daemon/io.containerd.runtime.v2.task/moby");

    private string ContainerdPidFile => Of("exec/containerd/containerd.pid");

    private string PidFile => Of("dockerd.pid");

    /// <summary>No bridge and no iptables: containers without a network need neither, and the host's stay as they are.</summary>
    public IReadOnlyList<string> Arguments =>
    [
        "--config-file", Of("daemon.json"),
        "--host", $"unix://{Socket}",
        "--data-root", Of("data"),
        "--exec-root", Of("exec"),
        "--pidfile", PidFile,
        "--cgroup-parent", CgroupParent,
        "--bridge", "none",
        "--iptables=false",
        "--ip6tables=false",
        "--ip-forward=false",
        "--live-restore",
        "--log-level", "warn",
    ];

    public static EngineDirectory Create()
    {
        var directory = new EngineDirectory(Directory.CreateTempSubdirectory(Prefix).FullName);
        File.WriteAllText(directory.Of("daemon.json"), JsonSerializer.Serialize(directory.Settings));
        return directory;
    }

    public string NewFile() => Of(RandomNumberGenerator.GetHexString(16));

    /// <summary>After a crash the numbers in them may look alive, or be somebody else's; dockerd would not start then.</summary>
    public void RemovePidFiles()
    {
        File.Delete(PidFile);
        File.Delete(ContainerdPidFile);
    }

    public string LastWords() => File.Exists(Log) ? string.Join('\n', File.ReadLines(Log).TakeLast(15)) : "(nothing)";

    private Dictionary<string, object> Settings => new()
    {
        ["deprecated-key-path"] = Of("key.json"),       // else it is written to /etc
        ["runtimes"] = new { runsc = new { path = "runsc", runtimeArgs = GvisorArguments } },
    };

    /// <summary>
    /// <c>ptrace</c> works on every machine, if slowly; without <c>--network=none</c> this runsc wants to take over the
    /// interfaces of the box's network namespace, which Docker has not made yet.
    /// </summary>
    private static string[] GvisorArguments => ["--platform=ptrace", "--network=none"];

    private string Of(string name) => System.IO.Path.Combine(Path, name);
}
