using AgentSandbox.Server.Sessions;

namespace AgentSandbox.Tests.Sessions;

public sealed class SessionTransitionsTests
{
    [Fact]
    public void Allows_EveryPair_IsDecidedAsDocumented()
    {
        var allowed =
            from before in Enum.GetValues<SessionState>()
            from after in Enum.GetValues<SessionState>()
            where SessionTransitions.Allows(before, after)
            select (before, after);

        Assert.Equal(
            [
                (SessionState.Running, SessionState.Lost),
                (SessionState.Running, SessionState.Failed),
                (SessionState.Running, SessionState.Stopped),
                (SessionState.Lost, SessionState.Running),
                (SessionState.Lost, SessionState.Failed),
                (SessionState.Lost, SessionState.Stopped),
                (SessionState.Failed, SessionState.Stopped),
            ],
            allowed);
    }
}
