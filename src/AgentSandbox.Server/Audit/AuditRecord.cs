using System.Buffers;

namespace AgentSandbox.Server.Audit;

/// <summary>
/// The entry of one request. <see cref="AuditGate"/> makes it before the endpoint is called and <see cref="AuditTrail"/> writes
/// it when the answer is known, so an endpoint only adds what it alone knows, and cannot forget the rest. Endpoints take it as
/// a parameter. Not thread-safe.
/// </summary>
internal sealed class AuditRecord(AuditLog log, SecurityLog security, AuditEntry entry)
{
    private const int SessionIdLength = 26;

    /// <summary>As long as the name of an agent can be; the id of a key is shorter.</summary>
    private const int MaxName = 64;

    private static readonly SearchValues<char> SessionIdLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz234567");

    private bool _isWritten;

    public AuditEntry Entry { get; set; } = entry;

    public static ValueTask<AuditRecord> BindAsync(HttpContext context) => ValueTask.FromResult(
        context.Features.Get<AuditRecord>() ?? throw new InvalidOperationException("The endpoint is not one that is audited."));

    /// <summary>What is known of a request before anything has been done for it. Whoever asks chooses what stands in its path.</summary>
    public static AuditEntry OriginOf(HttpContext context) => new()
    {
        Action = context.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? "unknown",
        Who = AuditActor.Of(context.User),
        Address = context.Connection.RemoteIpAddress?.ToString(),
        RequestId = context.TraceIdentifier,
        SessionId = context.GetRouteValue("id") is string id && IsSessionId(id) ? id : null,
        Agent = Cut(context.GetRouteValue("name") as string),
        Pid = int.TryParse(context.GetRouteValue("pid") as string, out var pid) ? pid : null,
        Detail = Cut(context.GetRouteValue("keyId") as string),
    };

    /// <summary>The request has made a session.</summary>
    public void Began(string sessionId, string owner)
    {
        Entry = Entry with { SessionId = sessionId, SessionOwner = owner };
        log.Begin(sessionId, owner);
    }

    /// <summary>A command runs: that is written now, whatever becomes of the request.</summary>
    public ValueTask StartedAsync(int pid)
    {
        Entry = Entry with { Pid = pid };
        return AppendAsync(Entry);
    }

    /// <summary>The request's end. Whoever has proven nothing has changed nothing either; <see cref="SecurityLog"/> has been told.</summary>
    public ValueTask EndedAsync(int status) => Entry.Who is null ? ValueTask.CompletedTask : AppendAsync(Entry with { Status = status });

    /// <summary>Something that follows from the request, after its own entry.</summary>
    public ValueTask FollowAsync(AuditEntry entry) => log.AppendAsync(entry with
    {
        Who = Entry.Who,
        Address = Entry.Address,
        RequestId = Entry.RequestId,
        SessionId = Entry.SessionId,
        Agent = Entry.Agent,
        Pid = Entry.Pid,
    });

    public void Note(SecurityEvent what, string detail) => security.Note(what, detail, Entry);

    private static bool IsSessionId(string id) => id.Length == SessionIdLength && !id.AsSpan().ContainsAnyExcept(SessionIdLetters);

    private static string? Cut(string? name) => name is { Length: > MaxName } ? name[..MaxName] : name;

    private ValueTask AppendAsync(AuditEntry entry)
    {
        if (_isWritten) return ValueTask.CompletedTask;
        _isWritten = true;
        return log.AppendAsync(entry);
    }
}
