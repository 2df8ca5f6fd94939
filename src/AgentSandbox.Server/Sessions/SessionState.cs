namespace AgentSandbox.Server.Sessions;

/// <summary>Where a session stands. A session that is deleted or expired is no longer found at all.</summary>
internal enum SessionState
{
    /// <summary>Serves requests.</summary>
    Running,

    /// <summary>Its box died. It holds nothing on the host any more and stays to be seen until its deadline.</summary>
    Failed,

    /// <summary>Deleted or expired: its box is being removed, or is gone.</summary>
    Stopped,
}

/// <summary>The one table of allowed transitions.</summary>
internal static class SessionTransitions
{
    public static bool Allows(SessionState from, SessionState to) => (from, to) switch
    {
        (SessionState.Running, SessionState.Failed) => true,
        (SessionState.Running, SessionState.Stopped) => true,
        (SessionState.Failed, SessionState.Stopped) => true,
        _ => false,
    };
}
