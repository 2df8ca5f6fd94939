namespace AgentSandbox.Bench.Hosts;

/// <summary>How gVisor is run, by the server and by Docker alike.</summary>
internal static class Gvisor
{
    /// <summary>The server's setting. Unless it is set, the platform that works on every machine, and the slowest.</summary>
    public const string PlatformVariable = "GVISOR_PLATFORM";

    public static string Platform { get; } = Environment.GetEnvironmentVariable(PlatformVariable) ?? "ptrace";
}
