namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>An OCI runtime on this host, and how it differs from the others.</summary>
internal sealed record OciBinary(string Path, OciBinaryKind Kind, string Version)
{
    /// <summary>
    /// crun starts inside the control groups that we made, and is told to leave them alone. runc cannot be told so: it
    /// must find them by path and enter them itself, and newer ones refuse a group that already holds a process.
    /// </summary>
    public bool EntersCgroupsItself => Kind == OciBinaryKind.Runc;

    /// <summary>
    /// Whether it is given a user namespace on the account of the box's own user. runc is not: it sets the limits of a box's
    /// first process from outside, which is refused without CAP_SYS_RESOURCE unless root made the namespace. Nor is gVisor,
    /// whose kernel counts by itself.
    /// </summary>
    public bool JoinsUserNamespace => Kind == OciBinaryKind.Crun;

    public override string ToString() => $"{System.IO.Path.GetFileName(Path)} {Version}";
}

internal enum OciBinaryKind
{
    Crun,
    Runc,

    /// <summary>gVisor.</summary>
    Runsc,
}
