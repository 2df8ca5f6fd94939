using System.Collections.Concurrent;
using AgentSandbox.BoxTests.Security.Canaries;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Security.Targets;

/// <summary>
/// A real server over HTTP with one runtime, and around it whatever an attack must not touch. Shared by the attacks of a
/// collection, which run one after another: what a canary tells of, the last attack has done.
/// </summary>
public abstract class AttackedServer : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, SessionCanary> _neighbours = new(StringComparer.Ordinal);
    private readonly ServerCanary _server = new();
    private ServerProcess? _process;
    private HashSet<string> _isolations = [];

    internal Api Api { get; private set; } = null!;

    internal ServerProcess Process => _process!;

    internal FileCanary HostFile { get; } = new();

    internal ProcessCanary HostProcess { get; } = new();

    internal ListenerCanary HostTcp { get; } = ListenerCanary.Tcp();

    internal ListenerCanary HostUdp { get; } = ListenerCanary.Udp();

    internal string HostAbstractName { get; } = ListenerCanary.NewName();

    private ListenerCanary HostAbstract { get; set; } = null!;

    /// <summary>Of the server; a directory of its own, removed by it.</summary>
    internal string DataDirectory { get; } = Directory.CreateTempSubdirectory("agent-sandbox-test-").FullName;

    /// <summary>What the server is told beside what all attacked servers are told.</summary>
    private protected abstract Task<IReadOnlyDictionary<string, string?>> PrepareAsync();

    /// <summary>The first process of a session's box, as the host numbers it.</summary>
    internal abstract Task<int> FindInitAsync(string sessionId);

    /// <summary>Boxes without a kernel of their own are the same user of the host.</summary>
    internal virtual bool SharesHostUser => false;

    /// <summary>What golden files call it.</summary>
    internal abstract string Name { get; }

    internal bool Offers(string isolation) => _isolations.Contains(isolation);

    public async ValueTask InitializeAsync()
    {
        HostAbstract = ListenerCanary.Abstract(HostAbstractName);
        var settings = new Dictionary<string, string?>
        {
            ["DATA_DIR"] = DataDirectory,
            ["WARM_POOL_SIZE"] = "0",
            ["MAX_CONCURRENT_SESSIONS"] = "100",
        };
        foreach (var (name, value) in await PrepareAsync()) settings[name] = value;

        _process = await ServerProcess.StartAsync(settings, new Dictionary<string, string> { [ServerCanary.Variable] = _server.Secret });
        _server.Server = _process;
        Api = new Api(_process.Address);
        _isolations = await ReadIsolationsAsync();
    }

    /// <summary>The other session with that isolation; the same for all attacks.</summary>
    internal async Task<SessionCanary> NeighbourAsync(string isolation) =>
        _neighbours.TryGetValue(isolation, out var known) ? known : _neighbours[isolation] = await SessionCanary.StartAsync(Api, isolation);

    internal IEnumerable<ICanary> Canaries(string isolation) =>
        ((ICanary?[])[_server, HostFile, HostProcess, HostTcp, HostUdp, HostAbstract, _neighbours.GetValueOrDefault(isolation)]).OfType<ICanary>();

    public virtual async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            foreach (var neighbour in _neighbours.Values) await neighbour.DisposeAsync();
        }

        Api?.Dispose();
        if (_process is not null) await _process.DisposeAsync();
        HostFile.Dispose();
        HostProcess.Dispose();
        HostTcp.Dispose();
        HostUdp.Dispose();
        HostAbstract?.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<HashSet<string>> ReadIsolationsAsync()
    {
        var runtimes = await Api.GetAsync("/api/v1/runtimes");
        return [.. runtimes.GetProperty("items").EnumerateArray()
            .SelectMany(runtime => runtime.GetProperty("isolations").EnumerateArray())
            .Select(isolation => isolation.GetProperty("name").GetString()!)];
    }
}
