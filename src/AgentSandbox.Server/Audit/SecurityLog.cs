using System.Diagnostics.Metrics;
using System.Text.Json;

namespace AgentSandbox.Server.Audit;

/// <summary>
/// Tells of suspicious activity: as lines of a level of their own, <c>security</c>, as a counter by kind, and as entries of the
/// audit log. The counter counts all; lines and entries are throttled. Thread-safe.
/// </summary>
internal sealed partial class SecurityLog : IDisposable
{
    public const string MeterName = "agent_sandbox.security";

    /// <summary>By which the formatters know the level.</summary>
    public const int EventId = 4000;

    private const int MaxDetail = 256;

    private readonly Meter _meter;
    private readonly Counter<long> _events;
    private readonly ILogger _logger;
    private readonly AuditLog _audit;
    private readonly SecurityThrottle _throttle;

    public SecurityLog(IMeterFactory meters, ILogger<SecurityLog> logger, AuditLog audit, TimeProvider time)
    {
        _meter = meters.Create(MeterName);
        _events = _meter.CreateCounter<long>("agent_sandbox.security.events", description: "Suspicious activity, by kind.");
        (_logger, _audit, _throttle) = (logger, audit, new SecurityThrottle(time));
    }

    /// <param name="detail">For the operator; names no secret. Whatever of it comes from a caller is escaped by the log.</param>
    public void Note(SecurityEvent what, string detail, string? address = null, string? sessionId = null) =>
        Note(what, detail, new AuditEntry { Action = AuditActions.SecurityEvent, Address = address, SessionId = sessionId });

    public void Note(SecurityEvent what, string detail, HttpContext context) => Note(what, detail, AuditRecord.OriginOf(context));

    /// <param name="origin">An entry of the same request: tells who, from where, and of which session.</param>
    public void Note(SecurityEvent what, string detail, AuditEntry origin)
    {
        _events.Add(1, new KeyValuePair<string, object?>("kind", JsonNamingPolicy.CamelCase.ConvertName(what.ToString())));
        if (!_throttle.TryPass(what, origin.Who?.Owner ?? origin.Address, out var leftOut)) return;

        if (detail.Length > MaxDetail) detail = detail[..MaxDetail];
        Log.Noted(_logger, what, detail, origin.Who?.Owner, origin.Address, origin.SessionId, leftOut);
        _audit.Append(new AuditEntry
        {
            Action = AuditActions.SecurityEvent,
            Event = what,
            Who = origin.Who,
            Address = origin.Address,
            RequestId = origin.RequestId,
            SessionId = origin.SessionId,
            Pid = origin.Pid,
            Detail = detail,
            Count = leftOut == 0 ? null : leftOut + 1,
        });
    }

    public void Dispose() => _meter.Dispose();

    private static partial class Log
    {
        [LoggerMessage(EventId, LogLevel.Warning, "{Event}: {Detail} (caller {Owner}, address {Ip}, session {SessionId}; {LeftOut} of the kind left out before)")]
        public static partial void Noted(ILogger logger, SecurityEvent @event, string detail, string? owner, string? ip, string? sessionId, long leftOut);
    }
}
