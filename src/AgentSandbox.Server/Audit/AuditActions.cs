namespace AgentSandbox.Server.Audit;

/// <summary>What is written beside requests, whose action is the name of their operation in the OpenAPI document.</summary>
internal static class AuditActions
{
    public const string ServerStarted = "serverStarted";
    public const string ServerStopped = "serverStopped";
    public const string SessionEnded = "sessionEnded";
    public const string SessionFailed = "sessionFailed";
    public const string SessionLost = "sessionLost";
    public const string SessionTakenBack = "sessionTakenBack";
    public const string CommandEnded = "commandEnded";
    public const string KeysChanged = "keysChanged";
    public const string SecurityEvent = "securityEvent";

    /// <summary>The first entry of a file that follows another.</summary>
    public const string Rotated = "auditRotated";

    /// <summary>Closes off what a crash has left of a line.</summary>
    public const string Recovered = "auditRecovered";

    /// <summary>Tells of entries that could not be kept.</summary>
    public const string Gap = "auditGap";
}
