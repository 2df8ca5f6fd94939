namespace AgentSandbox.Server.Runtimes;

/// <summary>Where a wall is promised.</summary>
internal enum Promise
{
    Everywhere,

    /// <summary>With isolation <c>standard</c>, where the host's kernel is the box's.</summary>
    SharedKernel,

    /// <summary>With every other isolation.</summary>
    OwnKernel,

    /// <summary>With isolation <c>standard</c>, where the host gives boxes other ids than its own.</summary>
    RemappedUsers,

    /// <summary>With isolation <c>standard</c>, where the host gives every box an id that no other has.</summary>
    UserPerBox,
}

/// <summary>
/// A wall: what it is called in the API, where it is promised, and what an operator can do when it is missing. This table is
/// all there is to promises; docs/security.md tells each with its test.
/// </summary>
internal sealed record Wall(string Name, Promise Promise, Func<Walls, bool?> Look, string Remedy)
{
    private const string Engine = "The OCI runtime or engine does not do what it is told: update it, or use another (OCI_RUNTIME, RUNTIME).";

    public static IReadOnlyList<Wall> All { get; } =
    [
        new("ownKernel", Promise.OwnKernel, walls => walls.OwnKernel, "What stands behind this isolation is no kernel of its own: see GVISOR_RUNTIME, DOCKER_GVISOR_RUNTIME, DOCKER_VM_RUNTIME."),
        new("userNamespace", Promise.RemappedUsers, walls => walls.UserNamespace, Engine),
        new("ownUser", Promise.UserPerBox, walls => walls.OwnUser, Engine),
        new("namespaces", Promise.SharedKernel, walls => walls.Namespaces, Engine),
        new("seccomp", Promise.SharedKernel, walls => walls.Seccomp, "Use a kernel with CONFIG_SECCOMP_FILTER, and an OCI runtime or engine that was built with seccomp."),
        new("systemCalls", Promise.SharedKernel, walls => walls.SystemCalls, "The system-call filter in force is not this server's: look for a profile that the engine or OCI runtime puts in its place."),
        new("noNewPrivileges", Promise.Everywhere, walls => walls.NoNewPrivileges, Engine),
        new("noCapabilities", Promise.Everywhere, walls => walls.NoCapabilities, Engine),
        new("notRoot", Promise.Everywhere, walls => walls.NotRoot, Engine),
        new("noNetwork", Promise.Everywhere, walls => walls.NoNetwork, Engine),
        new("readOnlyRoot", Promise.Everywhere, walls => walls.ReadOnlyRoot, Engine),
        new("safeMounts", Promise.SharedKernel, walls => walls.SafeMounts, Engine),
        new("noHostFiles", Promise.Everywhere, walls => walls.NoHostFiles, "The engine mounts something into every container: take that out of its configuration."),
        new("hiddenKernelFiles", Promise.SharedKernel, walls => walls.HiddenKernelFiles, Engine),
        new("processLimits", Promise.Everywhere, walls => walls.ProcessLimits, Engine),
        new("resourceLimits", Promise.Everywhere, walls => walls.ResourceLimits, "The host must have the control groups memory, cpu and pids, and the engine must use them: see ./run doctor."),
        new("cleanCommands", Promise.Everywhere, walls => walls.CleanCommands, Engine),
        new("guardedGuest", Promise.SharedKernel, walls => walls.GuardedGuest, "Have the template made anew: its guest can be read."),
    ];

    /// <summary>The walls that a box of an isolation has on a host.</summary>
    public static IEnumerable<Wall> PromisedOn(RuntimeHost host, string isolation) => All.Where(wall => wall.Promise switch
    {
        Promise.Everywhere => true,
        Promise.OwnKernel => isolation is not RuntimeCapabilities.Standard,
        _ when isolation is not RuntimeCapabilities.Standard => false,
        Promise.SharedKernel => true,
        Promise.RemappedUsers => host.Users is not HostUsers.Shared,
        Promise.UserPerBox => host.Users is HostUsers.PerBox,
        var other => throw new InvalidOperationException($"Unknown promise {other}."),
    });

    public bool Stands(Walls walls) => Look(walls) is true;
}
