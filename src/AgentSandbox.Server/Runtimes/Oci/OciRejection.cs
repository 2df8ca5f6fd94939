namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>Why boxes cannot be started in some way on this host.</summary>
internal enum OciProblem
{
    /// <summary>The OCI runtime is not installed.</summary>
    NotInstalled,

    /// <summary>The launcher's binary is missing.</summary>
    NoLauncher,

    /// <summary>Limits cannot be enforced.</summary>
    NoCgroups,

    /// <summary>The user has no subordinate ids, or not the tools to use them.</summary>
    NoSubordinateIds,

    /// <summary>A box was started for a trial, and that failed.</summary>
    TrialFailed,
}

/// <param name="Subject">What was tried: a program, or a part of the host.</param>
/// <param name="Detail">One line, for the operator.</param>
internal sealed record OciRejection(OciProblem Problem, string Subject, string Detail)
{
    /// <summary>One line that says what to do about it.</summary>
    public string Remedy => Problem switch
    {
        OciProblem.NotInstalled => "Install it: apt-get install crun",
        OciProblem.NoLauncher => "Publish the guest: ./run does it",
        OciProblem.NoCgroups =>
            "Start the server as root (sudo ./run), or with cgroup v2 in a group that is delegated to you (systemd-run --user --scope -p Delegate=yes ./run)",
        OciProblem.NoSubordinateIds =>
            "Start the server as root (sudo ./run), or install uidmap and give yourself ids (sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER)",
        OciProblem.TrialFailed => "Start the server as root (sudo ./run)",
        _ => throw new InvalidOperationException($"Unknown problem {Problem}."),
    };

    public override string ToString() => $"{Subject}: {Detail}";
}
