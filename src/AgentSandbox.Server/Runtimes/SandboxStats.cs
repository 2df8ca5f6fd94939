namespace AgentSandbox.Server.Runtimes;

/// <summary>What a box uses, as the kernel charges it.</summary>
/// <param name="CpuMs">Processor time since the box started, in milliseconds.</param>
/// <param name="OomKills">Processes that the kernel killed because the box was out of memory, since the box started.</param>
internal sealed record SandboxStats(long CpuMs, long MemoryBytes, long PeakMemoryBytes, int Pids, long OomKills);
