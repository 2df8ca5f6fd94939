using System.Collections.Concurrent;
using AgentSandbox.Server.Templates;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>
/// One engine: whether it answers, what it can do, and how many boxes it has. A loop listens to its events and asks whether
/// it is there; when it is not, no box is placed on it until it is back and has been prepared anew. Owned by the runtime,
/// which disposes it; thread-safe.
/// </summary>
internal sealed partial class DockerEngine : IAsyncDisposable
{
    private static readonly TimeSpan PingPeriod = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(3);
    private const int PingsBeforeDeaf = 3;
    private const int PingsBetweenTidying = 15;

    private readonly DockerImages _images;
    private readonly ConcurrentDictionary<string, TemplateDefinition> _definitions = new(StringComparer.Ordinal);
    private readonly DockerOptions _options;
    private readonly string _serverName;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, DockerSandbox> _boxes = new(StringComparer.Ordinal);   // by the container's id
    private readonly Lock _gate = new();
    private int _reserved;                                                                               // guarded by _gate
    private volatile bool _isAvailable;
    private Task _watching = Task.CompletedTask;

    public DockerEngine(
        DockerEndpoint endpoint, DockerClient client, DockerImages images, string serverName, DockerOptions options, TimeProvider time, ILogger logger)
    {
        Endpoint = endpoint;
        Client = client;
        _images = images;
        _options = options;
        _serverName = serverName;
        _time = time;
        _logger = logger;
    }

    public DockerEndpoint Endpoint { get; }

    public DockerClient Client { get; }

    /// <summary>As it last said.</summary>
    public DockerTraits Traits { get; set; } = new();

    public RuntimeHost Status
    {
        get
        {
            lock (_gate) return new RuntimeHost(Endpoint.Name, Endpoint.Capacity, _reserved, _isAvailable, [.. Traits.Isolations.Keys], Traits.Kernel) { Users = Traits.Users };
        }
    }

    public ICollection<DockerSandbox> Boxes => _boxes.Values;

    /// <summary>Takes a place for one more box, unless it is full or does not answer.</summary>
    /// <param name="isTrial">The box is to show whether the engine can be used at all.</param>
    public bool TryReserve(bool isTrial)
    {
        lock (_gate)
        {
            if (!Status.HasRoom && !isTrial) return false;
            _reserved++;
            return true;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Release()
    {
        lock (_gate) _reserved--;
    }

    /// <summary>Takes a box that has its place into account.</summary>
    public void Add(DockerSandbox box) => _boxes[box.ContainerId] = box;

    /// <summary>Finds the box of a container, or takes one of an earlier life into account.</summary>
    public DockerSandbox Adopt(string containerId, Func<DockerSandbox> inherit)
    {
        lock (_gate)
        {
            if (_boxes.TryGetValue(containerId, out var known)) return known;
            _reserved++;
            return _boxes[containerId] = inherit();
        }
    }

    /// <summary>The box is no more: its place is free again. Safe to repeat.</summary>
    public void Remove(DockerSandbox box)
    {
        if (_boxes.TryRemove(box.ContainerId, out _)) Release();
    }

    /// <summary>Asks the engine what it is.</summary>
    /// <exception cref="SandboxRuntimeException">It does not answer, or refuses.</exception>
    public Task<SystemInfoResponse> InspectAsync(CancellationToken cancellationToken) =>
        CallAsync("Asking for its version", Client.System.GetSystemInfoAsync, cancellationToken);

    /// <summary>Makes a template's image on this engine, if it is missing.</summary>
    /// <exception cref="SandboxRuntimeException">The engine does not answer.</exception>
    /// <exception cref="TemplateException">It could not be made; the message says what to do.</exception>
    public Task<Template> EnsureImageAsync(TemplateDefinition definition, CancellationToken cancellationToken)
    {
        _definitions[definition.Name] = definition;
        return CallAsync(
            $"Making template {definition.Name}",
            token => _images.EnsureAsync(
                definition, new TemplateProgressWriter(Console.Error), Traits.Isolations.ContainsKey(RuntimeCapabilities.Gvisor), token),
            cancellationToken,
            _options.ImageTimeout);
    }

    /// <summary>Removes images of ours that no definition needs any more.</summary>
    public Task PruneImagesAsync(CancellationToken cancellationToken) =>
        CallAsync("Removing old images", _images.PruneAsync, cancellationToken, _options.StopTimeout);

    /// <summary>Makes the image of a template anew that somebody has removed since it was made here.</summary>
    /// <exception cref="SandboxRuntimeException">It could not be made, or the engine does not answer.</exception>
    public async Task RestoreImageAsync(Template template, CancellationToken cancellationToken)
    {
        try
        {
            await EnsureImageAsync(_definitions[template.Name], cancellationToken);
        }
        catch (TemplateException exception)
        {
            throw new SandboxRuntimeException(exception.Message, exception);
        }
    }

    /// <summary>The image of a template that has been made here.</summary>
    /// <exception cref="SandboxRuntimeException">This engine has none.</exception>
    public DockerImage ImageOf(Template template, string isolation) => _images.Find(template, isolation)
        ?? throw new SandboxRuntimeException($"Template {template.Name} has no image on {Endpoint}.");

    /// <summary>Calls the engine with a time limit.</summary>
    /// <exception cref="SandboxRuntimeException">It failed; the error says in which way.</exception>
    public Task CallAsync(string what, Func<CancellationToken, Task> call, CancellationToken cancellationToken, TimeSpan? timeout = null) =>
        CallAsync(what, async token => { await call(token); return true; }, cancellationToken, timeout);

    /// <inheritdoc cref="CallAsync"/>
    public async Task<T> CallAsync<T>(string what, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        using var limit = new CancellationTokenSource(timeout ?? _options.CallTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await call(either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw DockerFailure.From(new TimeoutException("It does not answer.", exception), what, Endpoint);
        }
        catch (Exception exception) when (DockerFailure.Is(exception))
        {
            throw DockerFailure.From(exception, what, Endpoint);
        }
    }

    /// <summary>Starts to watch the engine.</summary>
    /// <param name="prepare">Run whenever it answers, before boxes are placed on it.</param>
    /// <param name="tidy">Run every now and then while it answers.</param>
    /// <param name="isPrepared">It has been prepared just now.</param>
    public void Watch(Func<CancellationToken, Task> prepare, Func<CancellationToken, Task> tidy, bool isPrepared)
    {
        _isAvailable = isPrepared;
        _watching = WatchAsync(prepare, tidy, isPrepared);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
        Client.Dispose();
        _stopping.Dispose();
    }

    private async Task WatchAsync(Func<CancellationToken, Task> prepare, Func<CancellationToken, Task> tidy, bool isPrepared)
    {
        var pause = FirstPause;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await PingAsync();
                if (!isPrepared)
                {
                    await prepare(_stopping.Token);
                    Log.Returned(_logger, Endpoint.Name);
                }

                _isAvailable = true;
                pause = FirstPause;
                await FollowAsync(tidy);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // Whatever it was, the engine cannot be relied on, and this loop must go on asking.
                if (_isAvailable) Log.Lost(_logger, exception, Endpoint.Name);
            }

            _isAvailable = isPrepared = false;
            await Task.Delay(pause, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private Task PingAsync() => CallAsync("Asking whether it is there", Client.System.PingAsync, _stopping.Token, PingTimeout);

    /// <summary>Listens until the events end, or the engine has become deaf.</summary>
    private async Task FollowAsync(Func<CancellationToken, Task> tidy)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var listening = ListenAsync(ending.Token);
        try
        {
            var unanswered = 0;
            for (var pings = 1; !listening.IsCompleted; pings++)
            {
                await Task.WhenAny(listening, Task.Delay(PingPeriod, _time, ending.Token));
                ending.Token.ThrowIfCancellationRequested();
                unanswered = await AnswersAsync() ? 0 : unanswered + 1;
                if (unanswered == PingsBeforeDeaf) Cut();
                else if (unanswered == 0 && pings % PingsBetweenTidying == 0) await tidy(ending.Token);
            }
        }
        finally
        {
            await ending.CancelAsync();
            await listening;
        }
    }

    /// <summary>The streams of its boxes would hang for as long as it does.</summary>
    private void Cut()
    {
        foreach (var box in _boxes.Values) box.Cut();
        throw new SandboxRuntimeException(RuntimeError.Unreachable, $"{Endpoint} does not answer.");
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await PingAsync();
            return true;
        }
        catch (SandboxRuntimeException)
        {
            return false;
        }
    }

    /// <summary>Counts what the kernel kills. Never throws: when it ends, the engine is asked what is wrong.</summary>
    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        var filters = DockerLabels.FilterFor(_serverName);
        filters["type"] = new Dictionary<string, bool>(StringComparer.Ordinal) { ["container"] = true };
        filters["event"] = new Dictionary<string, bool>(StringComparer.Ordinal) { ["oom"] = true };
        try
        {
            var happened = new Listener(message =>
            {
                if (message.Actor?.ID is { } id && _boxes.TryGetValue(id, out var box)) box.AddOomKill();
            });
            await Client.System.MonitorEventsAsync(new ContainerEventsParameters { Filters = filters }, happened, cancellationToken);
        }
        catch (Exception exception) when (DockerFailure.Is(exception) || exception is OperationCanceledException)
        {
            // The next question to the engine will tell.
        }
    }

    /// <summary>Unlike <see cref="Progress{T}"/>, at once and in order.</summary>
    private sealed class Listener(Action<Message> onMessage) : IProgress<Message>
    {
        public void Report(Message value) => onMessage(value);
    }

    private static partial class Log
    {
        [LoggerMessage(3100, LogLevel.Warning, "Docker host {Host} does not answer: no box is placed on it until it is back.")]
        public static partial void Lost(ILogger logger, Exception exception, string host);

        [LoggerMessage(3101, LogLevel.Information, "Docker host {Host} is ready.")]
        public static partial void Returned(ILogger logger, string host);
    }
}
