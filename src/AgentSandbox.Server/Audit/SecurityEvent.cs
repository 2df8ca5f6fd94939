namespace AgentSandbox.Server.Audit;

/// <summary>What looks like an attack, or is one.</summary>
internal enum SecurityEvent
{
    /// <summary>A key, token or cookie that is not valid.</summary>
    AuthenticationFailed,

    /// <summary>A proven caller asked for what its role or scopes do not allow.</summary>
    AccessDenied,

    /// <summary>A proven caller named a session of somebody else's.</summary>
    ForeignSession,

    /// <summary>Another site's page sent a request that changes something.</summary>
    ForeignOrigin,

    /// <summary>A request for a host name that is not the server's.</summary>
    ForeignHost,

    RateLimited,

    /// <summary>A path that no ordinary work has: see <c>PathAttack</c>.</summary>
    PathAttack,

    /// <summary>The kernel ended a command for a system call that boxes may not make.</summary>
    SeccompKill,

    /// <summary>A guest sent what the protocol does not allow.</summary>
    GuestBreach,

    /// <summary>A wall that the configuration promises was not found in force.</summary>
    WallMissing,
}
