namespace AgentSandbox.Server.Runtimes.Cgroups;

/// <summary>
/// Where this server's boxes have their control groups: one parent group of the server, below it one group per box, with
/// the same names in every hierarchy. The server writes the limits itself, so that they are the same whichever OCI
/// runtime starts the box. Thread-safe; outlives a killed server, and the next one finds it by its name.
/// </summary>
internal abstract class CgroupTree
{
    /// <summary>
    /// What a box has beyond the processes promised to its user: the guest's threads, and the OCI runtime's while it
    /// starts the box.
    /// </summary>
    public const int PidsAllowance = 16;

    /// <summary>The period of the CPU quota. The kernel's own default: shorter ones cost, longer ones stutter.</summary>
    public const long CpuPeriodMicroseconds = 100_000;

    /// <summary>For the log: what was found.</summary>
    public abstract string Description { get; }

    /// <summary>Whether limits hold. False only where the operator allowed boxes without.</summary>
    public virtual bool Enforces => true;

    public abstract bool CanFreeze { get; }

    /// <summary>Mounts that an OCI runtime must not see: crun refuses v1 hosts that also have v2 mounted.</summary>
    public virtual IReadOnlyList<string> HiddenMounts => [];

    /// <summary>Makes what all boxes share. Safe to repeat.</summary>
    public abstract void Prepare();

    /// <summary>Makes the group of a box and writes its limits. Leaves nothing behind when it throws.</summary>
    public BoxCgroup Create(string boxId, SandboxLimits limits)
    {
        var cgroup = Open(boxId);
        try
        {
            cgroup.Create(limits);
            return cgroup;
        }
        catch
        {
            cgroup.TryRemove();
            throw;
        }
    }

    /// <summary>The group of a box, whether it exists or not.</summary>
    public abstract BoxCgroup Open(string boxId);

    /// <summary>The boxes that have a group in any hierarchy, half-made ones included.</summary>
    public abstract IReadOnlyCollection<string> ListBoxIds();

    /// <summary>Removes what <see cref="Prepare"/> made, as far as no box is left in it.</summary>
    public abstract void RemoveIfEmpty();

    /// <summary>The other way round; no quota is no limit.</summary>
    public static double CpusOf(long quotaMicroseconds, long periodMicroseconds) =>
        quotaMicroseconds == long.MaxValue ? double.PositiveInfinity : (double)quotaMicroseconds / periodMicroseconds;

    public static long CpuQuotaMicroseconds(double cpus) => Math.Max(1_000, (long)(cpus * CpuPeriodMicroseconds));
}
