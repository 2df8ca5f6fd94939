namespace AgentSandbox.Server.Runtimes;

/// <summary>The limits of a box as whoever enforces them has them; what is not limited is the largest number.</summary>
internal sealed record EnforcedLimits(long MemoryBytes, double Cpus, long Pids)
{
    private const double Rounding = 1.01;

    public static EnforcedLimits None { get; } = new(long.MaxValue, double.PositiveInfinity, long.MaxValue);

    /// <summary>Whether nothing may use more than it was given.</summary>
    /// <param name="wanted">As set on the host, what a kernel of the box's own needs there included.</param>
    public bool Hold(SandboxLimits wanted) =>
        MemoryBytes <= wanted.MemoryBytes && Cpus <= Math.Max(wanted.Cpus, 0.01) * Rounding && Pids <= wanted.Pids + Cgroups.CgroupTree.PidsAllowance;
}
