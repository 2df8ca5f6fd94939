namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>
/// The <c>docker</c> runtime's record of one box. The engine keeps the container by its labels, so a later life of the server
/// makes this record anew. Thread-safe.
/// </summary>
internal sealed class DockerSandbox(string id, DockerEngine engine, string containerId) : SandboxHandle(id, engine.Endpoint.Name)
{
    private readonly Lock _gate = new();
    private AttachStream? _unused;                                             // guarded by _gate
    private AttachStream? _current;                                            // guarded by _gate
    private long _oomKills;                                                    // guarded by _gate
    private TaskCompletionSource _moreOomKills = NewSignal();                  // guarded by _gate

    public DockerEngine Engine { get; } = engine;

    public string ContainerId { get; } = containerId;

    /// <summary>Whether an earlier life of the server started it.</summary>
    public bool IsInherited { get; init; }

    /// <summary>Nobody owns it any more, but it could not be removed yet.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>Keeps the stream that was attached before the start, which misses nothing, for the first connection.</summary>
    public void Offer(AttachStream stream)
    {
        lock (_gate) _unused = stream;
    }

    /// <summary>The stream that was attached before the start, once.</summary>
    public AttachStream? TakeFirst()
    {
        lock (_gate)
        {
            (var first, _unused) = (_unused, null);
            return first;
        }
    }

    /// <summary>Remembers the stream in use, to cut it when the engine turns out to be deaf.</summary>
    public void Use(AttachStream stream)
    {
        lock (_gate) _current = stream;
    }

    /// <summary>Ends the streams: a silent engine would never do so.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _unused?.Dispose();
            _current?.Dispose();
            (_unused, _current) = (null, null);
        }
    }

    public void AddOomKill()
    {
        TaskCompletionSource waiting;
        lock (_gate)
        {
            _oomKills++;
            (waiting, _moreOomKills) = (_moreOomKills, NewSignal());
        }

        waiting.SetResult();
    }

    /// <summary>The number now, and what completes when there are more.</summary>
    public (long Count, Task More) OomKills
    {
        get
        {
            lock (_gate) return (_oomKills, _moreOomKills.Task);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
