namespace AgentSandbox.Server.Runtimes;

/// <summary>
/// The walls around a box, as they were found from inside one: whether each stands, or null where that cannot be seen.
/// <see cref="Wall"/> says which of them are promised.
/// </summary>
internal sealed record Walls
{
    /// <summary>The box's ids are not the host's: who gets out is nobody there.</summary>
    public bool? UserNamespace { get; init; }

    /// <summary>The box's user is one of the host's that nothing else has.</summary>
    public bool? OwnUser { get; init; }

    /// <summary>Processes, mounts, network, IPC, host name and control groups are the box's own.</summary>
    public bool? Namespaces { get; init; }

    /// <summary>System calls end in a kernel that is not the host's.</summary>
    public bool OwnKernel { get; init; }

    /// <summary>The host's kernel filters system calls.</summary>
    public bool? Seccomp { get; init; }

    /// <summary>The filter is ours: a call of each dangerous kind was refused, and other ways into the kernel are deadly.</summary>
    public bool? SystemCalls { get; init; }

    public bool? NoNewPrivileges { get; init; }

    public bool NoCapabilities { get; init; }

    public bool NotRoot { get; init; }

    /// <summary>No interface but loopback.</summary>
    public bool NoNetwork { get; init; }

    public bool ReadOnlyRoot { get; init; }

    /// <summary>Where something can be written, neither set-user-id bits nor device files have an effect.</summary>
    public bool? SafeMounts { get; init; }

    /// <summary>Nothing is mounted but what a box is made of.</summary>
    public bool NoHostFiles { get; init; }

    /// <summary>What <c>/proc</c> tells of the host, and the kernel's settings there, are out of reach.</summary>
    public bool? HiddenKernelFiles { get; init; }

    /// <summary>Core dumps, open files, locked memory and priorities are limited for each process.</summary>
    public bool ProcessLimits { get; init; }

    /// <summary>Memory, processors and processes of the box are limited, as read back from whoever enforces it.</summary>
    public bool ResourceLimits { get; init; }

    /// <summary>Commands start with three descriptors, the environment that was asked for, and no terminal of somebody else's.</summary>
    public bool CleanCommands { get; init; }

    /// <summary>Programs in the box can read neither the guest's memory nor its binary.</summary>
    public bool? GuardedGuest { get; init; }

    /// <summary>The release that the box sees.</summary>
    public required string Kernel { get; init; }

    /// <summary>What holds on both of two hosts.</summary>
    public Walls And(Walls other) => new()
    {
        UserNamespace = UserNamespace & other.UserNamespace,
        OwnUser = OwnUser & other.OwnUser,
        Namespaces = Namespaces & other.Namespaces,
        OwnKernel = OwnKernel && other.OwnKernel,
        Seccomp = Seccomp & other.Seccomp,
        SystemCalls = SystemCalls & other.SystemCalls,
        NoNewPrivileges = NoNewPrivileges & other.NoNewPrivileges,
        NoCapabilities = NoCapabilities && other.NoCapabilities,
        NotRoot = NotRoot && other.NotRoot,
        NoNetwork = NoNetwork && other.NoNetwork,
        ReadOnlyRoot = ReadOnlyRoot && other.ReadOnlyRoot,
        SafeMounts = SafeMounts & other.SafeMounts,
        NoHostFiles = NoHostFiles && other.NoHostFiles,
        HiddenKernelFiles = HiddenKernelFiles & other.HiddenKernelFiles,
        ProcessLimits = ProcessLimits && other.ProcessLimits,
        ResourceLimits = ResourceLimits && other.ResourceLimits,
        CleanCommands = CleanCommands && other.CleanCommands,
        GuardedGuest = GuardedGuest & other.GuardedGuest,
        Kernel = Kernel == other.Kernel ? Kernel : $"{Kernel}, {other.Kernel}",
    };
}
