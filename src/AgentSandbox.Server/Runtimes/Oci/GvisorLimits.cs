namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>
/// What a box of gVisor needs on the host for what it promises inside. Its kernel enforces the number of processes itself, as
/// RLIMIT_NPROC; the control group counts the threads of that kernel and the stubs that run the box's code.
/// </summary>
internal static class GvisorLimits
{
    /// <summary>Measured with the platform ptrace: 39 for an idle box.</summary>
    private const int Own = 128;

    /// <summary>Measured with the platform ptrace: 7 to 8 in ordinary work, 15 under a fork bomb, more when that goes on.</summary>
    private const int PerProcess = 16;

    public static SandboxLimits OnHost(SandboxLimits promised) => promised with { Pids = Own + (PerProcess * promised.Pids) };
}
