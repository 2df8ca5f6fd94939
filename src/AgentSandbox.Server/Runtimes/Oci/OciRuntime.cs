using System.Collections.Concurrent;
using System.Globalization;
using AgentSandbox.Server.Runtimes.Cgroups;
using AgentSandbox.Server.Runtimes.Native;

namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>
/// Boxes made by an OCI runtime binary, without any daemon. A start, in order:
/// <list type="number">
/// <item>a host id, a directory, control groups with the limits in them, and the configuration;</item>
/// <item>the launcher, which makes the control socket, enters the groups and becomes the OCI runtime;</item>
/// <item>the box's first process is held by a pidfd, and a record of it is left for a later life of the server.</item>
/// </list>
/// Boxes outlive a server that is killed: <see cref="PurgeAsync"/> removes them at the next start. An orderly
/// <see cref="DisposeAsync"/> ends them. Thread-safe; one runtime at a time per state directory, held by a lock file.
/// </summary>
internal sealed partial class OciRuntime : ISandboxRuntime
{
    private static readonly string HostKernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();

    private readonly OciOptions _options;
    private readonly OciHost _host;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly ProcessWatcher _watcher;
    private readonly HostIdPool _hostIds;
    private readonly OciLauncher _launcher;
    private readonly FileStream _lock;
    private volatile string? _compiledSeccomp; // of the first box, for all later ones
    private readonly ConcurrentDictionary<string, OciSandbox?> _boxes = new(StringComparer.Ordinal); // null while it starts

    public OciRuntime(OciOptions options, OciHost host, TimeProvider timeProvider, ILogger<OciRuntime> logger)
    {
        _options = options;
        _host = host;
        _timeProvider = timeProvider;
        _logger = logger;
        _hostIds = new HostIdPool(new ServerIdentity(options.StateDirectory).Number);
        Capabilities = new RuntimeCapabilities(host.Isolations, host.Cgroups.CanFreeze);

        _lock = PrepareHost(options.StateDirectory, host.Cgroups);
        _watcher = new ProcessWatcher();
        _launcher = new OciLauncher(options, host, _watcher, timeProvider);
    }

    public string Name => "oci";

    /// <summary>Never asked: the one host is always there.</summary>
    public Func<RuntimeHost, CancellationToken, Task<IReadOnlyCollection<string>>>? Examiner { get; set; }

    public RuntimeCapabilities Capabilities { get; private set; }

    public IReadOnlyList<RuntimeHost> Hosts =>
    [
        new(RuntimeHost.Local, Capacity: null, _boxes.Count, IsAvailable: true, Capabilities.Isolations, HostKernel)
        {
            Users = _host.Rootless is null ? HostUsers.PerBox : HostUsers.Remapped,
        },
    ];

    public void Restrict(string host, IReadOnlyCollection<string> isolations) =>
        Capabilities = Capabilities with { Isolations = [.. Capabilities.Isolations.Where(isolations.Contains)] };

    public async Task<SandboxHandle> StartAsync(SandboxSpec spec, CancellationToken cancellationToken)
    {
        if (!SandboxSpec.IsValidId(spec.Id)) throw new SandboxRuntimeException($"'{spec.Id}' is not a box id.");
        if (!Capabilities.Isolations.Contains(spec.Isolation, StringComparer.Ordinal))
            throw new SandboxRuntimeException(RuntimeError.Unsupported, $"There is no isolation '{spec.Isolation}' here.");
        if (!_boxes.TryAdd(spec.Id, null)) throw new SandboxRuntimeException($"The box {spec.Id} exists already.");

        var started = _timeProvider.GetTimestamp();
        try
        {
            var box = await StartInStepsAsync(spec, cancellationToken).ConfigureAwait(false);
            Log.Started(_logger, spec.Id, box.Init!.Pid, _timeProvider.GetElapsedTime(started).TotalMilliseconds);
            return box;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException or AggregateException)
        {
            throw new SandboxRuntimeException($"The box {spec.Id} could not be made: {e.Message}", e);
        }
    }

    public Task<Stream> ConnectAsync(SandboxHandle handle, CancellationToken cancellationToken) => handle is OciSandbox { LinksOverPipes: true } box
        ? OciConnector.OverPipesAsync(box, cancellationToken)
        : OciConnector.OverSocketAsync((OciSandbox)handle, cancellationToken);

    public Task PauseAsync(SandboxHandle handle, CancellationToken cancellationToken) =>
        FreezeAsync((OciSandbox)handle, frozen: true, cancellationToken);

    public Task ResumeAsync(SandboxHandle handle, CancellationToken cancellationToken) =>
        FreezeAsync((OciSandbox)handle, frozen: false, cancellationToken);

    /// <summary>The kernel counts before it kills, so the news is never late.</summary>
    public ValueTask<long> ReadOomKillsAsync(SandboxHandle handle, long? moreThan = null)
    {
        try
        {
            return ValueTask.FromResult(((OciSandbox)handle).Cgroup.ReadOomKills());
        }
        catch (IOException)
        {
            return ValueTask.FromResult(0L);
        }
    }

    public ValueTask<SandboxStats> ReadStatsAsync(SandboxHandle handle, CancellationToken cancellationToken)
    {
        try
        {
            return ValueTask.FromResult(((OciSandbox)handle).Cgroup.ReadStats());
        }
        catch (IOException e)
        {
            throw new SandboxRuntimeException(RuntimeError.Gone, $"The box {handle.Id} is gone.", e);
        }
    }

    public ValueTask<EnforcedLimits> ReadLimitsAsync(SandboxHandle handle, CancellationToken cancellationToken)
    {
        try
        {
            return ValueTask.FromResult(((OciSandbox)handle).Cgroup.ReadLimits());
        }
        catch (IOException e)
        {
            throw new SandboxRuntimeException(RuntimeError.Gone, $"The box {handle.Id} is gone.", e);
        }
    }

    public Task StopAsync(SandboxHandle handle, CancellationToken cancellationToken)
    {
        var box = (OciSandbox)handle;
        return box.StopOnceAsync(() => StopAsync(box)).WaitAsync(cancellationToken);
    }

    public Task<IReadOnlyList<SandboxHandle>> ListAsync(CancellationToken cancellationToken)
    {
        var found = BoxDirectory.ListBoxIds(_options.StateDirectory).Union(_host.Cgroups.ListBoxIds(), StringComparer.Ordinal);
        foreach (var id in found.Where(SandboxSpec.IsValidId))
        {
            if (!_boxes.ContainsKey(id)) _boxes.GetOrAdd(id, Inherit);
        }

        return Task.FromResult<IReadOnlyList<SandboxHandle>>([.. _boxes.Values.OfType<SandboxHandle>()]);
    }

    /// <summary>Removes the boxes of an earlier life of this server and what it left half-made; returns how many.</summary>
    public async Task<int> PurgeAsync(CancellationToken cancellationToken)
    {
        var boxes = await ListAsync(cancellationToken).ConfigureAwait(false);
        var inherited = boxes.Cast<OciSandbox>().Where(box => box.IsInherited).ToList();
        foreach (var box in inherited) await StopAsync(box, cancellationToken).ConfigureAwait(false);
        if (inherited.Count > 0) Log.Purged(_logger, inherited.Count);
        return inherited.Count;
    }

    /// <summary>Ends all boxes that are left. No start may be under way any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_boxes.Values.OfType<OciSandbox>().Select(box => StopAsync(box, CancellationToken.None))).ConfigureAwait(false);
        _host.Cgroups.RemoveIfEmpty();
        _watcher.Dispose();
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Makes what all boxes share; the file that is returned keeps other servers away from it.</summary>
    private static FileStream PrepareHost(string stateDirectory, CgroupTree cgroups)
    {
        var held = StateLock.Take(stateDirectory);
        try
        {
            Directory.CreateDirectory(BoxDirectory.BoxesOf(stateDirectory));
            Directory.CreateDirectory(BoxDirectory.RuntimeRootOf(stateDirectory));
            cgroups.Prepare();
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static SandboxRuntimeException Died(BoxDirectory directory) =>
        new($"The box in {directory.Path} ended as soon as it had started.");

    private async Task<OciSandbox> StartInStepsAsync(SandboxSpec spec, CancellationToken cancellationToken)
    {
        await using var undo = new Rollback();
        undo.Add(() => _boxes.TryRemove(spec.Id, out _));
        var root = spec.Template.RootPath ?? throw new SandboxRuntimeException(RuntimeError.Unsupported, $"Template {spec.Template.Name} has no root file system on this host.");

        var directory = new BoxDirectory(_options.StateDirectory, spec.Id);                                          // 1
        directory.Create();
        undo.Add(directory.Remove); // only now: had it been there before, it would be another box's

        uint? hostId = _host.Rootless is null ? _hostIds.Rent() : null;
        if (hostId is { } lent) undo.Add(() => _hostIds.Return(lent));

        var cgroup = _host.Cgroups.Create(spec.Id, spec.Isolation == RuntimeCapabilities.Gvisor ? GvisorLimits.OnHost(spec.Limits) : spec.Limits);
        undo.Add(() => new ValueTask(KillAndRemoveAsync(cgroup)));

        var prepared = new OciSandbox(spec.Id, directory, cgroup) { Isolation = spec.Isolation, HostId = hostId };
        await File.WriteAllBytesAsync(directory.Config, ConfigFor(spec, root, prepared).Write(), cancellationToken).ConfigureAwait(false);

        await _launcher.RunAsync(prepared, root, cancellationToken).ConfigureAwait(false);                                  // 2

        var init = Hold(directory, cgroup);                                                                          // 3
        undo.Add(init.Dispose);
        var startTime = ProcessIdentity.StartTimeOf(init.Pid) ?? throw Died(directory);
        new BoxRecord(init.Pid, startTime, ProcessIdentity.BootId, hostId, spec.Isolation).Write(directory.Record);

        var box = new OciSandbox(spec.Id, directory, cgroup) { Isolation = spec.Isolation, Init = init, HostId = hostId };
        _compiledSeccomp ??= TakeCompiledSeccomp(directory);
        _boxes[spec.Id] = box;
        undo.Commit();
        return box;
    }

    private OciConfig ConfigFor(SandboxSpec spec, string root, OciSandbox box) => new()
    {
        RootPath = _launcher.RootPathFor(root),
        Limits = spec.Limits,
        UserMappings = _host.Rootless is { } user ? IdMap.ForUser(user.OwnUserId, user.FirstUserId) : IdMap.ForRoot(box.HostId!.Value),
        GroupMappings = _host.Rootless is { } group ? IdMap.ForUser(group.OwnGroupId, group.FirstGroupId) : IdMap.ForRoot(box.HostId!.Value),
        UserNamespace = box.HostId is not null && _host.BinaryFor(spec.Isolation)!.JoinsUserNamespace ? box.Directory.UserNamespace : null,
        ProcessLimits = ProcessLimits.ForHost(spec.Limits.Pids),
        CompiledSeccomp = _compiledSeccomp,
        IsGvisor = spec.Isolation == RuntimeCapabilities.Gvisor,
        ProcMode = _options.ProcMode,
        CgroupsPath = _host.Binary.EntersCgroupsItself ? box.Cgroup.PathForRuntime : null,
    };

    private string? TakeCompiledSeccomp(BoxDirectory directory)
    {
        if (_host.Binary.Kind != OciBinaryKind.Crun || !File.Exists(directory.CompiledSeccomp)) return null;
        var program = File.ReadAllBytes(directory.CompiledSeccomp);
        return program.Length == 0 ? null : Convert.ToBase64String(program);
    }

    /// <summary>The number alone could belong to another process by now; being in the box's group proves that it does not.</summary>
    private WatchedProcess Hold(BoxDirectory directory, BoxCgroup cgroup)
    {
        var pid = int.Parse(File.ReadAllText(directory.PidFile), CultureInfo.InvariantCulture);
        var init = _watcher.TryWatch(pid) ?? throw Died(directory);
        if (cgroup.Contains(pid)) return init;

        init.Dispose();
        throw Died(directory);
    }

    /// <summary>Builds the handle of a box that this life did not start, as far as there is anything left of it.</summary>
    private OciSandbox Inherit(string id)
    {
        var directory = new BoxDirectory(_options.StateDirectory, id);
        var record = BoxRecord.TryRead(directory.Record);
        if (record?.HostId is { } hostId) _hostIds.Reserve(hostId);
        return new OciSandbox(id, directory, _host.Cgroups.Open(id))
        {
            Isolation = record?.Isolation ?? RuntimeCapabilities.Standard,
            Init = record is null ? null : TryHold(record),
            HostId = record?.HostId,
            IsInherited = true,
        };
    }

    private WatchedProcess? TryHold(BoxRecord record)
    {
        if (!string.Equals(record.BootId, ProcessIdentity.BootId, StringComparison.Ordinal)) return null;
        if (_watcher.TryWatch(record.Pid) is not { } process) return null;
        if (ProcessIdentity.StartTimeOf(record.Pid) == record.StartTime) return process;

        process.Dispose();
        return null;
    }

    private async Task FreezeAsync(OciSandbox box, bool frozen, CancellationToken cancellationToken)
    {
        if (!Capabilities.Pause) throw new SandboxRuntimeException(RuntimeError.Unsupported, "Boxes cannot be paused on this host.");

        box.Cgroup.SetFrozen(frozen);
        var retry = new Retry(_timeProvider, _options.StopTimeout);
        while (box.Cgroup.IsFrozen != frozen)
        {
            if (!await retry.WaitAsync(cancellationToken).ConfigureAwait(false))
                throw new SandboxRuntimeException($"The box {box.Id} could not be {(frozen ? "paused" : "resumed")} in time.");
            box.Cgroup.SetFrozen(frozen);
        }
    }

    private async Task StopAsync(OciSandbox box)
    {
        var started = _timeProvider.GetTimestamp();
        await using (var steps = new Rollback()) // from the last to the first, each one whatever became of the others
        {
            steps.Add(box.Directory.Remove);
            steps.Add(() => new ValueTask(KillAndRemoveAsync(box.Cgroup)));
            if (box.Init is { } init) steps.Add(() => new ValueTask(KillAsync(init, box.Cgroup)));
        }

        box.Init?.Dispose();
        if (_boxes.TryRemove(box.Id, out _) && box.HostId is { } hostId) _hostIds.Return(hostId);
        Log.Stopped(_logger, box.Id, _timeProvider.GetElapsedTime(started).TotalMilliseconds);
    }

    private async Task KillAsync(WatchedProcess init, BoxCgroup cgroup)
    {
        init.Kill(); // and with it, by the kernel, every process of its pid namespace
        if (_host.Cgroups.CanFreeze && !init.Exited.IsCompleted) cgroup.SetFrozen(false); // on v1 a frozen process does not die
        await init.Exited.WaitAsync(_options.StopTimeout, _timeProvider, CancellationToken.None).ConfigureAwait(false);
        _ = init.TryReap(); // it is our child where we are the init of a container ourselves
    }

    private async Task KillAndRemoveAsync(BoxCgroup cgroup)
    {
        var retry = new Retry(_timeProvider, _options.StopTimeout);
        while (!cgroup.TryRemove())
        {
            cgroup.Kill();
            if (!await retry.WaitAsync(CancellationToken.None).ConfigureAwait(false))
                throw new SandboxRuntimeException($"The control groups of a box are still in use: {string.Join(", ", cgroup.ProcsFiles)}");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3130, LogLevel.Debug, "Started box {SandboxId} as process {Pid} in {ElapsedMs:0.0} ms")]
        public static partial void Started(ILogger logger, string sandboxId, int pid, double elapsedMs);

        [LoggerMessage(3002, LogLevel.Debug, "Stopped box {SandboxId} in {ElapsedMs:0.0} ms")]
        public static partial void Stopped(ILogger logger, string sandboxId, double elapsedMs);

        [LoggerMessage(3003, LogLevel.Information, "Removed {Count} boxes that an earlier run had left")]
        public static partial void Purged(ILogger logger, int count);
    }
}
