namespace AgentSandbox.Server.Doctor;

internal enum DoctorState
{
    Ok,

    /// <summary>Works, or will after what <c>./run</c> does by itself; worth knowing.</summary>
    Warning,

    /// <summary>No box can start before it is there.</summary>
    Missing,
}

/// <summary>One prerequisite, as it is on this machine.</summary>
/// <param name="Fix">What to do, as a command where one does it; null when nothing needs doing.</param>
internal sealed record DoctorFinding(string Name, DoctorState State, string Detail, string? Fix = null)
{
    public static DoctorFinding Ok(string name, string detail) => new(name, DoctorState.Ok, detail);

    public static DoctorFinding Warning(string name, string detail, string? fix = null) => new(name, DoctorState.Warning, detail, fix);

    public static DoctorFinding Missing(string name, string detail, string fix) => new(name, DoctorState.Missing, detail, fix);
}

/// <summary>Looks at one prerequisite; null when it does not matter on this machine.</summary>
internal delegate ValueTask<DoctorFinding?> DoctorCheck(CancellationToken cancellationToken);
