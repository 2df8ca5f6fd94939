namespace AgentSandbox.Server.Sessions;

/// <summary>Where a session stands. A session that is deleted or expired is no longer found at all.</summary>
internal enum SessionState
{
    /// <summary>Serves requests.</summary>
    Running,

    /// <summary>Its host has not answered for a while. It runs again when the host returns with its box.</summary>
    Lost,

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
        (SessionState.Running, SessionState.Lost) => true,
        (SessionState.Running, SessionState.Failed) => true,
        (SessionState.Lost, SessionState.Running) => true,
        (SessionState.Lost, SessionState.Failed) => true,
        (SessionState.Lost, SessionState.Stopped) => true,
        (SessionState.Running, SessionState.Stopped) => true,
        (SessionState.Failed, SessionState.Stopped) => true,
        _ => false,
    };
}
