namespace AgentSandbox.Bench.Hosts;

/// <summary>
/// Something that makes boxes and runs commands in them, driven over HTTP on one kept connection per caller. Every answer
/// is read to its end, and anything but success throws <see cref="BenchException"/>. Thread-safe.
/// </summary>
internal interface ISandboxHost
{
    string Name { get; }

    /// <summary>Makes a box with the usual limits, or larger ones, and returns its id once commands can run in it.</summary>
    Task<string> CreateAsync(BoxSize size, CancellationToken cancellationToken);

    /// <summary>Runs a command to its end and knows that it succeeded.</summary>
    Task RunAsync(string id, IReadOnlyList<string> command, CancellationToken cancellationToken);

    /// <summary>Runs the text-analysis agent on a text.</summary>
    Task RunAgentAsync(string id, string text, CancellationToken cancellationToken);

    /// <summary>Runs a command and reads its output as it comes; returns how many bytes it wrote.</summary>
    Task<long> StreamOutputAsync(string id, IReadOnlyList<string> command, CancellationToken cancellationToken);

    /// <summary>Writes a file of <see cref="Pattern"/>.</summary>
    Task UploadAsync(string id, string path, long length, CancellationToken cancellationToken);

    /// <summary>Reads a file that is a <see cref="Pattern"/> and checks every byte.</summary>
    Task DownloadAsync(string id, string path, long length, CancellationToken cancellationToken);

    /// <summary>Returns when the host says that the box is gone; a host may clean up after that.</summary>
    Task DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>All of its boxes, pooled ones too, by the ids that <see cref="CreateAsync"/> gives.</summary>
    IBoxes Boxes { get; }

    /// <summary>How many there are when nobody wants any.</summary>
    int BoxesAtRest { get; }

    /// <summary>The processes that serve all boxes.</summary>
    IReadOnlyList<int> ServicePids { get; }
}

/// <summary>Limits of a box. Everything else is the same on all hosts: 1 CPU, 100 pids, no network, no swap.</summary>
internal sealed record BoxSize(long MemoryBytes, long DiskBytes)
{
    public static readonly BoxSize Usual = new(512L << 20, 256L << 20);

    public static readonly BoxSize Large = new(2L << 30, 512L << 20);
}
