using System.Collections.ObjectModel;
using AgentSandbox.Server.Limits;
using AgentSandbox.Server.Limits.Quotas;
using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.Server.Sessions;

/// <summary>
/// What a user holds. Made by <see cref="SessionManager"/> around a living sandbox, which it owns until it fails or stops;
/// the manager then takes the sandbox back to end it. Thread-safe. Lives in memory: it does not survive the server.
/// </summary>
internal sealed class Session
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private SessionState _state = SessionState.Running;               // guarded by _gate
    private IReadOnlyDictionary<string, string> _environment;         // guarded by _gate
    private IReadOnlyDictionary<string, string> _metadata;            // guarded by _gate; the dictionary itself never changes
    private long _timeoutMs;                                          // guarded by _gate
    private long _deadline;                                           // guarded by _gate; monotonic timestamp
    private readonly int _maxLeases;
    private int _leases;                                              // guarded by _gate

    public Session(Sandbox sandbox, string owner, SessionRequest request, SessionClaim claim, SessionOptions options, TimeProvider time)
    {
        Sandbox = sandbox;
        Owner = owner;
        Claim = claim;
        Meter = new SessionMeter(sandbox, claim, time);
        Answers = new AnswerBudget(options.MaxAnswerBytes);
        _maxLeases = options.MaxStreams;
        _environment = request.Environment;
        _metadata = request.Metadata;
        _time = time;
        CreatedAt = time.GetUtcNow();
        SetTimeout(request.TimeoutMs);
    }

    /// <summary>The same as its box's.</summary>
    public string Id => Sandbox.Spec.Id;

    public Sandbox Sandbox { get; }

    /// <summary>Who may see it, beside admins.</summary>
    public string Owner { get; }

    /// <summary>What it holds of its owner's quotas.</summary>
    public SessionClaim Claim { get; }

    public SessionMeter Meter { get; }

    public AnswerBudget Answers { get; }

    /// <summary>What every command of this session gets on top of the template's variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get { lock (_gate) return _environment; } }

    public DateTimeOffset CreatedAt { get; }

    public SessionState State { get { lock (_gate) return _state; } }

    public IReadOnlyDictionary<string, string> Metadata { get { lock (_gate) return _metadata; } }

    public long TimeoutMs { get { lock (_gate) return _timeoutMs; } }

    /// <summary>Requests that hold the sandbox now.</summary>
    public int Leases { get { lock (_gate) return _leases; } }

    /// <summary>Past its deadline. Decided on monotonic time: a step of the wall clock ends no session.</summary>
    public bool IsExpired { get { lock (_gate) return _time.GetTimestamp() >= _deadline; } }

    /// <summary>For display only.</summary>
    public DateTimeOffset ExpiresAt
    {
        get
        {
            lock (_gate) return _time.GetUtcNow() + _time.GetElapsedTime(_time.GetTimestamp(), _deadline);
        }
    }

    /// <summary>Sets the time to live, counted from now.</summary>
    public void SetTimeout(long timeoutMs)
    {
        lock (_gate)
        {
            _timeoutMs = timeoutMs;
            _deadline = _time.GetTimestamp() + (long)(timeoutMs / 1000.0 * _time.TimestampFrequency);
        }
    }

    /// <summary>It has failed: it is kept only for its owner to see, for a while, and holds no more than that takes.</summary>
    public void KeepAsFailed(TimeSpan time)
    {
        lock (_gate)
        {
            _environment = ReadOnlyDictionary<string, string>.Empty;
            _deadline = Math.Min(_deadline, _time.GetTimestamp() + (long)(time.TotalSeconds * _time.TimestampFrequency));
        }
    }

    public void SetMetadata(IReadOnlyDictionary<string, string> metadata)
    {
        lock (_gate) _metadata = metadata;
    }

    /// <summary>Moves on, if the table allows it. The caller who gets <see langword="true"/> does what the move entails.</summary>
    public bool TryMove(SessionState to, out SessionState from)
    {
        lock (_gate)
        {
            from = _state;
            if (!SessionTransitions.Allows(from, to)) return false;
            _state = to;
            return true;
        }
    }

    /// <summary>Takes hold of the sandbox for one request, or says why that cannot be.</summary>
    public SessionLease? TryAcquire(out SessionError error)
    {
        lock (_gate)
        {
            error = _state switch
            {
                SessionState.Running => SessionError.None,
                SessionState.Lost => SessionError.Lost,
                _ => SessionError.NotRunning,
            };
            if (error == SessionError.None && _leases >= _maxLeases) error = SessionError.TooManyStreams;
            if (error != SessionError.None) return null;
            _leases++;
            return new SessionLease(this);
        }
    }

    internal void Release()
    {
        lock (_gate) _leases--;
    }
}
