namespace AgentSandbox.Server.Audit;

/// <summary>What looks like an attack, or is one.</summary>
internal enum SecurityEvent
{
    AuthenticationFailed,
    AccessDenied,
    ForeignOrigin,
    RateLimited,
    PathAttack,
    SeccompKill,
    WallMissing,
}
