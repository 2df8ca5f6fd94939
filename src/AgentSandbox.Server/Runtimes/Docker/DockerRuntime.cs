using System.Collections.Concurrent;
using System.Net;
using AgentSandbox.Server.Guests;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>
/// Boxes made by one or several Docker Engines, or by what speaks their API. A start, in order:
/// <list type="number">
/// <item>the least loaded engine that answers and has room gives a place;</item>
/// <item>the container is created, attached to, so that nothing is missed, and started;</item>
/// <item>the guest serves its link over the container's input and output: no process is started for a connection, and a
/// new one can be made after a restart of the engine or of the server.</item>
/// </list>
/// The engine keeps the containers: <see cref="ListAsync"/> finds those of an earlier life by their labels. An orderly
/// <see cref="DisposeAsync"/> ends them. Thread-safe.
/// </summary>
internal sealed partial class DockerRuntime : ISandboxRuntime
{
    /// <summary>How long the engine's news may lag behind what has happened in a box.</summary>
    private static readonly TimeSpan NewsDelay = TimeSpan.FromMilliseconds(500);

    private readonly DockerOptions _options;
    private readonly DockerState _state;
    private readonly IReadOnlyList<DockerEngine> _engines;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, DockerEngine> _starting = new(StringComparer.Ordinal);   // by the box's id

    public DockerRuntime(DockerOptions options, DockerState state, IReadOnlyList<DockerEngine> engines, TimeProvider time, ILogger<DockerRuntime> logger)
    {
        _options = options;
        _state = state;
        _engines = engines;
        _time = time;
        _logger = logger;
    }

    public string Name => "docker";

    public Func<RuntimeHost, CancellationToken, Task<IReadOnlyCollection<string>>>? Examiner { get; set; }

    public RuntimeCapabilities Capabilities => new([.. _engines.SelectMany(engine => engine.Traits.Isolations.Keys).Distinct(StringComparer.Ordinal)], Pause: true);

    public IReadOnlyList<RuntimeHost> Hosts => [.. _engines.Select(engine => engine.Status)];

    public async Task<SandboxHandle> StartAsync(SandboxSpec spec, CancellationToken cancellationToken)
    {
        if (!SandboxSpec.IsValidId(spec.Id)) throw new SandboxRuntimeException($"'{spec.Id}' is not a box id.");
        if (!_engines.Any(engine => IsFor(spec, engine)))
            throw new SandboxRuntimeException(RuntimeError.Unsupported, $"There is no isolation '{spec.Isolation}' {(spec.Host is null ? "here" : "on " + spec.Host)}.");

        var tried = new HashSet<DockerEngine>();
        while (true)
        {
            var engine = Place(spec, tried);                                                                  // 1
            try
            {
                return await StartAsync(spec, engine, cancellationToken);
            }
            catch (SandboxRuntimeException exception) when (exception.Error is RuntimeError.Unreachable && tried.Add(engine) && tried.Count < _engines.Count)
            {
                Log.Elsewhere(_logger, exception, spec.Id, engine.Endpoint.Name);
            }
        }
    }

    public async Task<Stream> ConnectAsync(SandboxHandle handle, CancellationToken cancellationToken)
    {
        var box = (DockerSandbox)handle;
        var first = box.TakeFirst();
        if (first is null)
        {
            box.Cut();      // the engine gives every output to every attachment, and waits for the slowest
            await EnsureRunningAsync(box, cancellationToken);
        }

        var attached = first ?? await AttachAsync(box, cancellationToken);
        box.Use(attached);
        try
        {
            return await StdioLink.OpenAsync(attached, isFirst: first is not null, cancellationToken);
        }
        catch (GuestException exception)
        {
            await EnsureRunningAsync(box, cancellationToken);
            var said = attached.Errors is { Length: > 0 } errors ? $" It said: {EngineMessages.Bound(errors)}" : "";
            throw new SandboxRuntimeException($"The guest of box {box.Id} does not answer.{said}", exception);
        }
    }

    public Task PauseAsync(SandboxHandle handle, CancellationToken cancellationToken) =>
        CallAsync((DockerSandbox)handle, "Pausing a box", containers => containers.PauseContainerAsync, cancellationToken);

    public Task ResumeAsync(SandboxHandle handle, CancellationToken cancellationToken) =>
        CallAsync((DockerSandbox)handle, "Resuming a box", containers => containers.UnpauseContainerAsync, cancellationToken);

    public async ValueTask<SandboxStats> ReadStatsAsync(SandboxHandle handle, CancellationToken cancellationToken)
    {
        var box = (DockerSandbox)handle;
        if (await MeasureAsync(box, cancellationToken) is not { CPUStats.CPUUsage: { } cpu, MemoryStats: { } memory, PidsStats: { } pids } || memory.Usage is null)
            throw new SandboxRuntimeException(RuntimeError.Gone, $"The box {box.Id} is gone.");

        var used = (long)memory.Usage;
        return new SandboxStats((long)(cpu.TotalUsage / 1_000_000), used, Math.Max(used, (long)(memory.MaxUsage ?? 0)), (int)(pids.Current ?? 0), box.OomKills.Count);
    }

    /// <summary>
    /// What the kernel holds against the box of memory and processes, which the engine reads from its control groups; of
    /// processors, what the engine has not dropped when it made the box.
    /// </summary>
    public async ValueTask<EnforcedLimits> ReadLimitsAsync(SandboxHandle handle, CancellationToken cancellationToken)
    {
        var box = (DockerSandbox)handle;
        var measured = await MeasureAsync(box, cancellationToken);
        var made = await box.Engine.CallAsync(
            "Looking for a box", token => box.Engine.Client.Containers.InspectContainerAsync(box.ContainerId, token), cancellationToken);
        var pids = measured?.PidsStats?.Limit is > 0 and var limit ? (long)limit : made.HostConfig?.PidsLimit ?? 0;    // Podman does not measure it
        var cpus = (made.HostConfig?.NanoCPUs ?? 0) / 1e9;
        return new EnforcedLimits(
            measured?.MemoryStats?.Limit is > 0 and <= long.MaxValue and var memory ? (long)memory : long.MaxValue,
            cpus > 0 ? cpus : double.PositiveInfinity,
            pids > 0 ? pids : long.MaxValue);
    }

    public async ValueTask<long> ReadOomKillsAsync(SandboxHandle handle, long? moreThan = null)
    {
        var box = (DockerSandbox)handle;
        var (count, more) = box.OomKills;
        if (moreThan is not { } least || count > least) return count;

        await Task.WhenAny(more, Task.Delay(NewsDelay, _time));
        return box.OomKills.Count;
    }

    public async Task StopAsync(SandboxHandle handle, CancellationToken cancellationToken)
    {
        var box = (DockerSandbox)handle;
        box.Cut();
        try
        {
            await RemoveAsync(box.Engine, box.ContainerId, cancellationToken);
        }
        catch (SandboxRuntimeException)
        {
            box.IsAbandoned = true;   // whoever tidies the engine when it answers again need not ask
            throw;
        }

        box.Engine.Remove(box);
        Log.Stopped(_logger, box.Id, box.Host);
    }

    public async Task<IReadOnlyList<SandboxHandle>> ListAsync(CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(_engines.Where(engine => engine.Status.IsAvailable).Select(engine => ListAsync(engine, cancellationToken)));
        return [.. found.SelectMany(boxes => boxes)];
    }

    public async Task<int> PurgeAsync(CancellationToken cancellationToken)
    {
        var boxes = await ListAsync(cancellationToken);
        var inherited = boxes.Cast<DockerSandbox>().Where(box => box.IsInherited).ToList();
        foreach (var box in inherited) await StopAsync(box, cancellationToken);
        if (inherited.Count > 0) Log.Purged(_logger, inherited.Count);
        return inherited.Count;
    }

    /// <summary>Ends all boxes that are left, as far as their engines answer. No start may be under way any more.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _engines)
        {
            try
            {
                await Task.WhenAll(engine.Boxes.Select(box => StopAsync(box, CancellationToken.None)));
            }
            catch (SandboxRuntimeException exception)
            {
                Log.LeftBehind(_logger, exception, engine.Endpoint.Name);
            }

            await engine.DisposeAsync();
        }

        _state.Dispose();
    }

    /// <summary>Removes from an engine what was given up while it did not answer, and what a call that was cut off has made.</summary>
    public async Task TidyAsync(DockerEngine engine, CancellationToken cancellationToken)
    {
        var abandoned = engine.Boxes.Where(box => box.IsAbandoned).ToList();
        foreach (var container in await ListContainersAsync(engine, cancellationToken))
        {
            // In this order: a box that has started is known before it stops to count as starting.
            var isWanted = _starting.ContainsKey(BoxIdOf(container)) || engine.Boxes.Any(box => box.ContainerId == container.ID && !box.IsAbandoned);
            if (!isWanted) await RemoveAsync(engine, container.ID, cancellationToken);
        }

        abandoned.ForEach(engine.Remove);
    }

    /// <summary>Leaves to an engine that has come back the isolations that a box has shown to work.</summary>
    /// <exception cref="SandboxRuntimeException">None does.</exception>
    public async Task ExamineAsync(DockerEngine engine, CancellationToken cancellationToken)
    {
        if (Examiner is null) return;   // before the first trial, which examines all

        var working = await Examiner(engine.Status, cancellationToken);
        if (working.Count == 0) throw new SandboxRuntimeException($"No box works on {engine.Endpoint}.");
        Restrict(engine.Endpoint.Name, working);
    }

    public void Restrict(string host, IReadOnlyCollection<string> isolations)
    {
        foreach (var engine in _engines.Where(engine => engine.Endpoint.Name == host))
        {
            var left = engine.Traits.Isolations.Where(isolation => isolations.Contains(isolation.Key)).ToDictionary(StringComparer.Ordinal);
            engine.Traits = engine.Traits with { Isolations = left };
        }
    }

    private static bool IsFor(SandboxSpec spec, DockerEngine engine) =>
        (spec.Host is null || engine.Endpoint.Name == spec.Host) && engine.Traits.Isolations.ContainsKey(spec.Isolation);

    private static string BoxIdOf(ContainerListResponse container) => container.Labels[DockerLabels.Session];

    private DockerEngine Place(SandboxSpec spec, HashSet<DockerEngine> except)
    {
        var candidates = _engines
            .Where(engine => IsFor(spec, engine) && !except.Contains(engine))
            .OrderBy(engine => engine.Status.Load)
            .ToList();
        if (candidates.Find(engine => engine.TryReserve(spec.IsTrial)) is { } engine) return engine;

        var answering = candidates.Count(engine => engine.Status.IsAvailable);
        throw answering > 0
            ? new SandboxRuntimeException(RuntimeError.NoCapacity, $"Every Docker host that answers ({answering}) has as many boxes as it may have.")
            : new SandboxRuntimeException(RuntimeError.Unreachable, "No Docker host answers.");
    }

    /// <summary>The engine has given a place, which is given back when this fails.</summary>
    private async Task<DockerSandbox> StartAsync(SandboxSpec spec, DockerEngine engine, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        await using var undo = new Rollback();
        undo.Add(engine.Release);
        if (!_starting.TryAdd(spec.Id, engine)) throw new SandboxRuntimeException($"The box {spec.Id} exists already.");
        try
        {
            var container = await CreateAsync(spec, engine, cancellationToken);                               // 2
            undo.Add(() => new ValueTask(TryRemoveAsync(engine, container)));
            cancellationToken.ThrowIfCancellationRequested();

            var box = new DockerSandbox(spec.Id, engine, container);
            undo.Add(box.Cut);
            box.Offer(await AttachAsync(box, cancellationToken));
            await engine.CallAsync(
                "Starting a box",
                token => engine.Client.Containers.StartContainerAsync(container, new ContainerStartParameters(), token),
                cancellationToken,
                _options.StartTimeout);

            engine.Add(box);
            undo.Commit();
            Log.Started(_logger, spec.Id, engine.Endpoint.Name, _time.GetElapsedTime(started).TotalMilliseconds);
            return box;
        }
        finally
        {
            _starting.TryRemove(spec.Id, out _);
        }
    }

    /// <summary>
    /// The call itself is not to be cancelled: an engine that is left alone in the middle of it goes on, and what it made
    /// would be known to nobody. What one makes that does not answer in time is found when it is tidied.
    /// </summary>
    private async Task<string> CreateAsync(SandboxSpec spec, DockerEngine engine, CancellationToken cancellationToken)
    {
        var parameters = DockerContainer.Describe(spec, engine.ImageOf(spec.Template, spec.Isolation), engine.Traits, _state.ServerName);
        try
        {
            return await TryAsync();
        }
        catch (SandboxRuntimeException exception) when (exception.InnerException is DockerImageNotFoundException)
        {
            Log.ImageIsGone(_logger, spec.Template.Name, engine.Endpoint.Name);
            await engine.RestoreImageAsync(spec.Template, cancellationToken);
            return await TryAsync();
        }

        async Task<string> TryAsync() => (await engine.CallAsync(
            "Creating a box", token => engine.Client.Containers.CreateContainerAsync(parameters, token), CancellationToken.None, _options.StartTimeout)).ID;
    }

    private static async Task<AttachStream> AttachAsync(DockerSandbox box, CancellationToken cancellationToken)
    {
        var parameters = new ContainerAttachParameters { Stream = true, Stdin = true, Stdout = true, Stderr = true };
        return new AttachStream(await box.Engine.CallAsync(
            "Attaching to a box", token => box.Engine.Client.Containers.AttachContainerAsync(box.ContainerId, parameters, token), cancellationToken));
    }

    private static async Task<ContainerStatsResponse?> MeasureAsync(DockerSandbox box, CancellationToken cancellationToken)
    {
        var read = new Latest<ContainerStatsResponse>();
        await box.Engine.CallAsync(
            "Reading what a box uses",
            token => box.Engine.Client.Containers.GetContainerStatsAsync(
                box.ContainerId, new ContainerStatsParameters { Stream = false, OneShot = true }, read, token),
            cancellationToken);
        return read.Value;
    }

    /// <summary>The engine attaches to what has ended as well, and would never tell.</summary>
    private static async Task EnsureRunningAsync(DockerSandbox box, CancellationToken cancellationToken)
    {
        var found = await box.Engine.CallAsync(
            "Looking for a box", token => box.Engine.Client.Containers.InspectContainerAsync(box.ContainerId, token), cancellationToken);
        if (found.State is not { Running: true }) throw new SandboxRuntimeException(RuntimeError.Gone, $"The box {box.Id} has ended.");
        if (found.State.Paused) throw new SandboxRuntimeException(RuntimeError.Unreachable, $"The box {box.Id} is paused.");
    }

    /// <summary>Pausing what is paused, and resuming what runs, has been done already.</summary>
    private static async Task CallAsync(
        DockerSandbox box, string what, Func<IContainerOperations, Func<string, CancellationToken, Task>> call, CancellationToken cancellationToken)
    {
        try
        {
            await box.Engine.CallAsync(what, token => call(box.Engine.Client.Containers)(box.ContainerId, token), cancellationToken);
        }
        catch (SandboxRuntimeException exception) when (exception.InnerException is DockerApiException { StatusCode: var status }
            && status is HttpStatusCode.NotModified or HttpStatusCode.Conflict && exception.InnerException.Message.Contains("paused", StringComparison.Ordinal))
        {
            // As it should be.
        }
    }

    /// <summary>Returns once there is no such container; that there is none already is fine.</summary>
    private async Task RemoveAsync(DockerEngine engine, string container, CancellationToken cancellationToken)
    {
        var retry = new Retry(_time, _options.StopTimeout);
        var parameters = new ContainerRemoveParameters { Force = true, RemoveVolumes = true };
        while (true)
        {
            try
            {
                await engine.CallAsync(
                    "Removing a box", token => engine.Client.Containers.RemoveContainerAsync(container, parameters, token), cancellationToken, _options.StopTimeout);
                return;
            }
            catch (SandboxRuntimeException exception) when (exception.Error is RuntimeError.Gone)
            {
                return;
            }
            catch (SandboxRuntimeException exception) when (exception.InnerException
                is DockerApiException { StatusCode: HttpStatusCode.Conflict or >= HttpStatusCode.InternalServerError })
            {
                // The engine is at it already, because the box has ended by itself; or it was too quick for itself, and finds a
                // zombie where it has just killed a process.
                if (!await retry.WaitAsync(cancellationToken)) throw;
            }
        }
    }

    private async Task TryRemoveAsync(DockerEngine engine, string container)
    {
        try
        {
            await RemoveAsync(engine, container, CancellationToken.None);
        }
        catch (SandboxRuntimeException exception)
        {
            Log.LeftBehind(_logger, exception, engine.Endpoint.Name);
        }
    }

    private async Task<IReadOnlyList<DockerSandbox>> ListAsync(DockerEngine engine, CancellationToken cancellationToken)
    {
        var containers = await ListContainersAsync(engine, cancellationToken);
        return
        [
            .. from container in containers
               let id = BoxIdOf(container)
               where !_starting.ContainsKey(id)
               select engine.Adopt(container.ID, () => new DockerSandbox(id, engine, container.ID) { IsInherited = true }),
        ];
    }

    private async Task<IReadOnlyList<ContainerListResponse>> ListContainersAsync(DockerEngine engine, CancellationToken cancellationToken)
    {
        var parameters = new ContainersListParameters { All = true, Filters = DockerLabels.FilterFor(_state.ServerName) };
        var containers = await engine.CallAsync("Listing boxes", token => engine.Client.Containers.ListContainersAsync(parameters, token), cancellationToken);
        return [.. containers.Where(container => container.Labels.ContainsKey(DockerLabels.Session))];
    }

    private sealed class Latest<T> : IProgress<T>
    {
        public T? Value { get; private set; }

        public void Report(T value) => Value = value;
    }

    private static partial class Log
    {
        [LoggerMessage(3110, LogLevel.Debug, "Started box {SandboxId} on {Host} in {ElapsedMs:0.0} ms")]
        public static partial void Started(ILogger logger, string sandboxId, string host, double elapsedMs);

        [LoggerMessage(3111, LogLevel.Debug, "Stopped box {SandboxId} on {Host}")]
        public static partial void Stopped(ILogger logger, string sandboxId, string host);

        [LoggerMessage(3112, LogLevel.Information, "Removed {Count} boxes that an earlier run had left")]
        public static partial void Purged(ILogger logger, int count);

        [LoggerMessage(3113, LogLevel.Warning, "Box {SandboxId} could not be started on {Host}; trying another host.")]
        public static partial void Elsewhere(ILogger logger, Exception exception, string sandboxId, string host);

        [LoggerMessage(3115, LogLevel.Warning, "The image of template {Template} was removed from {Host}: making it anew.")]
        public static partial void ImageIsGone(ILogger logger, string template, string host);

        [LoggerMessage(3114, LogLevel.Warning, "Boxes on {Host} may be left; they are removed when this server, or its next life, finds the host again.")]
        public static partial void LeftBehind(ILogger logger, Exception exception, string host);
    }
}
