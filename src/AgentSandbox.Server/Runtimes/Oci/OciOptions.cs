namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>Settings of the <c>oci</c> runtime.</summary>
internal sealed class OciOptions
{
    /// <summary>Let the runtime choose the OCI binary.</summary>
    public const string AutomaticRuntime = "auto";

    /// <summary>
    /// Where the boxes of this server have their directories. An absolute path; its hash names the control groups, so two
    /// servers on one host keep apart by it. <c>DATA_DIR</c> leads here.
    /// </summary>
    public required string StateDirectory { get; init; }

    /// <summary>The guest's binary on the host, which is also the launcher. An absolute path.</summary>
    public required string LauncherPath { get; init; }

    /// <summary><c>OCI_RUNTIME</c>: <c>auto</c>, <c>crun</c>, <c>runc</c>, or the path of either. Default <c>auto</c>.</summary>
    public string Runtime { get; init; } = AutomaticRuntime;

    /// <summary><c>GVISOR_RUNTIME</c>: what makes boxes of isolation <c>gvisor</c>, by name or path. Default <c>runsc</c>.</summary>
    public string GvisorRuntime { get; init; } = "runsc";

    /// <summary>
    /// <c>GVISOR_PLATFORM</c>: how runsc intercepts system calls, such as <c>systrap</c>, <c>kvm</c> or <c>ptrace</c>. Default
    /// null: runsc's own choice.
    /// </summary>
    public string? GvisorPlatform { get; init; }

    /// <summary>
    /// <c>ALLOW_UNENFORCED_LIMITS</c>: start boxes although this host cannot limit their memory, CPU and processes.
    /// Default false.
    /// </summary>
    public bool AllowUnenforcedLimits { get; init; }

    /// <summary><c>PROC_MODE</c>: what boxes see in <c>/proc</c>. Default <see cref="ProcMode.Compat"/>.</summary>
    public ProcMode ProcMode { get; init; }

    /// <summary>How long a box may take to start before that counts as failed. Default 15 s.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a killed box may take to be gone. Default 10 s.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The same settings for boxes in another directory.</summary>
    public OciOptions InDirectory(string stateDirectory) => new()
    {
        StateDirectory = stateDirectory,
        LauncherPath = LauncherPath,
        Runtime = Runtime,
        GvisorRuntime = GvisorRuntime,
        GvisorPlatform = GvisorPlatform,
        AllowUnenforcedLimits = AllowUnenforcedLimits,
        ProcMode = ProcMode,
        StartTimeout = StartTimeout,
        StopTimeout = StopTimeout,
    };
}
