namespace AgentSandbox.Server.Runtimes;

/// <summary>What the operator has allowed to be missing.</summary>
/// <param name="Any"><c>ALLOW_MISSING_WALLS</c>: whatever it is. Default false.</param>
/// <param name="Limits"><c>ALLOW_UNENFORCED_LIMITS</c>: the limits of boxes. Default false.</param>
internal sealed record WallAllowances(bool Any = false, bool Limits = false)
{
    private const string LimitsWall = "resourceLimits";

    public bool MayBeMissing(string wall) => Any || (Limits && wall == LimitsWall);
}
