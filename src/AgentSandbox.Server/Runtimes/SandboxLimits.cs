using System.Text.Json.Serialization;

namespace AgentSandbox.Server.Runtimes;

/// <summary>The limits that the kernel enforces on a box.</summary>
/// <param name="MemoryBytes">Everything charged to the box, files included, for they live in memory; there is no swap.</param>
/// <param name="Cpus">Processors' worth of time per wall-clock time; 0.5 is half a processor.</param>
/// <param name="Pids">Processes and threads.</param>
/// <param name="DiskBytes">What <c>/home/sandbox</c> and <c>/tmp</c> may each hold.</param>
internal sealed record SandboxLimits(long MemoryBytes, double Cpus, int Pids, long DiskBytes)
{
    /// <summary>One file for so many bytes of disk. The kernel charges about a kibibyte for each, used or empty.</summary>
    public const long BytesPerInode = 8 * 1024;

    private const long Reserve = 32L << 20;
    private const int MinInodes = 1_024;
    private const int MaxInodes = 1_048_576;

    /// <summary>Files that <c>/home/sandbox</c> and <c>/tmp</c> may each have.</summary>
    [JsonIgnore]
    public long DiskInodes => Math.Clamp(DiskBytes / BytesPerInode, MinInodes, MaxInodes);

    /// <summary>What <c>/dev/shm</c> may hold.</summary>
    [JsonIgnore]
    public long SharedMemoryBytes => SharedMemoryOf(MemoryBytes);

    /// <summary>
    /// The most disk that a box with so much memory may have. A full disk must not fill the memory: no process could be
    /// killed to free it, and so the kernel would kill them all, the guest with them.
    /// </summary>
    public static long MaxDiskBytesFor(long memoryBytes)
    {
        var forFiles = memoryBytes - SharedMemoryOf(memoryBytes) - Math.Min(Reserve, memoryBytes / 4);
        return forFiles * 4 / 9;                        // two file systems, and an eighth more for the inodes of each
    }

    private static long SharedMemoryOf(long memoryBytes) => Math.Min(Reserve, memoryBytes / 8);
}
