namespace AgentSandbox.Server.Runtimes;

/// <summary>The limits that the kernel enforces on a box.</summary>
/// <param name="MemoryBytes">Everything charged to the box, files on its tmpfs included; there is no swap.</param>
/// <param name="Cpus">Processors' worth of time per wall-clock time; 0.5 is half a processor.</param>
/// <param name="Pids">Processes and threads.</param>
/// <param name="DiskBytes">What <c>/home/sandbox</c> and <c>/tmp</c> may each hold.</param>
internal sealed record SandboxLimits(long MemoryBytes, double Cpus, int Pids, long DiskBytes);
