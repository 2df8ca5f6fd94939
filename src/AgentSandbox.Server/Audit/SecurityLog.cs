using System.Diagnostics.Metrics;

namespace AgentSandbox.Server.Audit;

/// <summary>
/// Tells of suspicious activity: as lines of a level of their own, <c>security</c>, and as a counter by kind. Thread-safe.
/// </summary>
internal sealed partial class SecurityLog : IDisposable
{
    public const string MeterName = "agent_sandbox.security";

    private readonly Meter _meter;
    private readonly Counter<long> _events;
    private readonly ILogger _logger;

    public SecurityLog(IMeterFactory meters, ILoggerFactory loggers)
    {
        _meter = meters.Create(MeterName);
        _events = _meter.CreateCounter<long>("agent_sandbox.security.events", description: "Suspicious activity, by kind.");
        _logger = loggers.CreateLogger<SecurityLog>();
    }

    /// <param name="detail">For the operator; names no secret. Whatever of it comes from a caller is escaped by the log.</param>
    public void Note(SecurityEvent what, string detail, string? address = null, string? sessionId = null)
    {
        _events.Add(1, new KeyValuePair<string, object?>("kind", what.ToString()));
        Log.Noted(_logger, what, detail, address, sessionId);
    }

    public void Dispose() => _meter.Dispose();

    private static partial class Log
    {
        [LoggerMessage(4000, LogLevel.Warning, "{Event}: {Detail} (address {Ip}, session {SessionId})")]
        public static partial void Noted(ILogger logger, SecurityEvent @event, string detail, string? ip, string? sessionId);
    }
}
