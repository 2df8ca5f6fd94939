namespace AgentSandbox.Server.Runtimes;

/// <summary>The walls around a box, as they were found from inside one. Null is what cannot be seen from there.</summary>
/// <param name="UserNamespace">The box's ids are not the host's: who gets out is nobody there.</param>
/// <param name="OwnKernel">System calls end in a kernel that is not the host's.</param>
/// <param name="Seccomp">The host's kernel filters system calls.</param>
/// <param name="NoNetwork">No interface but loopback.</param>
/// <param name="Kernel">The release that the box sees.</param>
internal sealed record Walls(
    bool? UserNamespace,
    bool OwnKernel,
    bool? Seccomp,
    bool? NoNewPrivileges,
    bool NoCapabilities,
    bool NotRoot,
    bool NoNetwork,
    bool ReadOnlyRoot,
    string Kernel)
{
    /// <summary>What holds on both of two hosts.</summary>
    public Walls And(Walls other) => new(
        UserNamespace & other.UserNamespace,
        OwnKernel && other.OwnKernel,
        Seccomp & other.Seccomp,
        NoNewPrivileges & other.NoNewPrivileges,
        NoCapabilities && other.NoCapabilities,
        NotRoot && other.NotRoot,
        NoNetwork && other.NoNetwork,
        ReadOnlyRoot && other.ReadOnlyRoot,
        Kernel == other.Kernel ? Kernel : $"{Kernel}, {other.Kernel}");
}
