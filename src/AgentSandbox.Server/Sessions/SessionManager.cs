using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Limits.Quotas;
using AgentSandbox.Server.Pools;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Sessions;

/// <summary>
/// Holds the live sessions. The only one who adds and removes them, and the one who decides capacity: a slot is taken
/// before a box is looked for and given back once its box has been handed to the janitor. Thread-safe.
/// </summary>
internal sealed partial class SessionManager(
    SessionOptions options,
    TemplateCatalog templates,
    WarmPool pool,
    SandboxBooter booter,
    SandboxJanitor janitor,
    QuotaLedger quotas,
    AuditLog audit,
    SecurityLog security,
    TimeProvider time,
    ILogger<SessionManager> logger)
{
    private const int MaxFailed = 100;
    private static readonly TimeSpan FailedTime = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _failed = new();
    private int _slotsTaken;

    public IEnumerable<Session> All => _sessions.Values.Where(session => !session.IsExpired);

    public bool TryFind(string id, [NotNullWhen(true)] out Session? session) =>
        _sessions.TryGetValue(id, out session) && !session.IsExpired;

    /// <exception cref="QuotaExceededException">The owner has no more of something.</exception>
    public async Task<(Session? Session, SessionError Error)> CreateAsync(SessionRequest request, string owner, CancellationToken cancellationToken)
    {
        if (templates.Find(request.Template) is not { } template)
            return (null, templates.IsDefined(request.Template) ? SessionError.TemplateNotReady : SessionError.TemplateNotFound);
        using var claim = quotas.Claim(owner, request.Limits.DiskBytes);
        if (!TryTakeSlot()) return (null, SessionError.CapacityReached);

        var (sandbox, error) = await ObtainAsync(template, request, cancellationToken);
        if (sandbox is null) return (null, error);

        var session = new Session(sandbox, owner, request, claim.Keep(), options, time);
        _sessions[session.Id] = session;
        _ = WatchAsync(session);
        Log.Created(logger, session.Id, template.Name, sandbox.Host);
        return (session, SessionError.None);
    }

    public bool Delete(string id, SessionEnd reason)
    {
        if (!_sessions.TryRemove(id, out var session)) return false;
        if (session.TryMove(SessionState.Stopped, out var from) && from is SessionState.Running or SessionState.Lost) Retire(session);
        Log.Ended(logger, session.Id, reason);
        Tell(session, AuditActions.SessionEnded, reason.ToString());
        return true;
    }

    /// <summary>Removes what is past its deadline.</summary>
    public void DeleteExpired()
    {
        foreach (var session in _sessions.Values)
        {
            if (session.IsExpired) Delete(session.Id, SessionEnd.Expired);
        }
    }

    public void DeleteAll()
    {
        foreach (var id in _sessions.Keys) Delete(id, SessionEnd.ServerStopped);
    }

    /// <summary>Gives the slot back when there is no box to be had.</summary>
    private async Task<(Sandbox? Sandbox, SessionError Error)> ObtainAsync(Template template, SessionRequest request, CancellationToken cancellationToken)
    {
        if (pool.TryTake(template, request.Limits, request.Isolation, out var ready)) return (ready, SessionError.None);
        try
        {
            return (await BootAsync(template, request, cancellationToken), SessionError.None);
        }
        catch (SandboxRuntimeException exception)
        {
            ReleaseSlot();
            if (exception.Error is RuntimeError.NoCapacity) return (null, SessionError.CapacityReached);

            Log.BootFailed(logger, exception, template.Name);
            return (null, SessionError.BoxFailed);
        }
        catch
        {
            ReleaseSlot();
            throw;
        }
    }

    /// <summary>A ready box gives way when all hosts are full: somebody waits for one that is made differently.</summary>
    private async Task<Sandbox> BootAsync(Template template, SessionRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await booter.BootForRequestAsync(template, request.Limits, request.Isolation, cancellationToken);
            }
            catch (SandboxRuntimeException exception) when (exception.Error is RuntimeError.NoCapacity && pool.TakeForPlace(request.Isolation) is { } unclaimed)
            {
                await janitor.Remove(unclaimed);
            }
        }
    }

    /// <summary>
    /// Notices when a box cannot be reached, and when it is there again; and its death, so that its session says so and holds
    /// nothing any longer.
    /// </summary>
    private async Task WatchAsync(Session session)
    {
        var guest = session.Sandbox.Guest;
        while (!guest.Completion.IsCompleted)
        {
            await guest.WaitForLossAsync();
            var link = guest.WaitForLinkAsync();
            await Task.WhenAny(link, Task.Delay(options.LostGrace, time));
            if (guest.TakeBreach()) security.Note(SecurityEvent.GuestBreach, "The guest sent what the protocol does not allow.", null, session.Id);
            if (!link.IsCompleted && session.TryMove(SessionState.Lost, out _))
            {
                Log.Lost(logger, session.Id, session.Sandbox.Host);
                Tell(session, AuditActions.SessionLost, session.Sandbox.Host);
            }

            await link;
            if (guest.IsConnected && session.TryMove(SessionState.Running, out _))
            {
                Log.TakenBack(logger, session.Id);
                Tell(session, AuditActions.SessionTakenBack);
            }
        }

        if (!session.TryMove(SessionState.Failed, out _)) return;
        Log.BoxDied(logger, session.Id);
        Tell(session, AuditActions.SessionFailed, "The box died.");
        Retire(session);
        KeepForAWhile(session);
    }

    /// <summary>Failed sessions take no slot, so their time and their number are bounded here.</summary>
    private void KeepForAWhile(Session session)
    {
        session.KeepAsFailed(FailedTime);
        _failed.Enqueue(session.Id);
        if (_failed.Count > MaxFailed && _failed.TryDequeue(out var oldest)) Delete(oldest, SessionEnd.Expired);
    }

    private void Tell(Session session, string action, string? detail = null) =>
        audit.Append(new AuditEntry { Action = action, SessionId = session.Id, SessionOwner = session.Owner, Detail = detail });

    private void Retire(Session session)
    {
        _ = janitor.Remove(session.Sandbox, session.Meter.ReadLastAsync);
        session.Claim.Release();
        ReleaseSlot();
    }

    private bool TryTakeSlot()
    {
        if (Interlocked.Increment(ref _slotsTaken) <= options.MaxConcurrent) return true;
        ReleaseSlot();
        return false;
    }

    private void ReleaseSlot() => Interlocked.Decrement(ref _slotsTaken);

    private static partial class Log
    {
        [LoggerMessage(1000, LogLevel.Information, "Session {SessionId} was created from template {Template} on host {Host}.")]
        public static partial void Created(ILogger logger, string sessionId, string template, string host);

        [LoggerMessage(1001, LogLevel.Information, "Session {SessionId} ended: {Reason}.")]
        public static partial void Ended(ILogger logger, string sessionId, SessionEnd reason);

        [LoggerMessage(1002, LogLevel.Warning, "The box of session {SessionId} died.")]
        public static partial void BoxDied(ILogger logger, string sessionId);

        [LoggerMessage(1004, LogLevel.Warning, "Session {SessionId} is lost: host {Host} does not answer.")]
        public static partial void Lost(ILogger logger, string sessionId, string host);

        [LoggerMessage(1005, LogLevel.Information, "Session {SessionId} is back.")]
        public static partial void TakenBack(ILogger logger, string sessionId);

        [LoggerMessage(1003, LogLevel.Error, "A box of template {Template} could not be started.")]
        public static partial void BootFailed(ILogger logger, Exception exception, string template);
    }
}
