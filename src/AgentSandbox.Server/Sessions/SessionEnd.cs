namespace AgentSandbox.Server.Sessions;

/// <summary>Why a session is no more.</summary>
internal enum SessionEnd
{
    Deleted,
    Expired,
    ServerStopped,
}
