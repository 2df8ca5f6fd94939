using System.Globalization;

namespace AgentSandbox.Bench.Hosts.Server;

/// <summary>Boxes that the server makes without an engine: the directories that it keeps, one for each.</summary>
internal sealed class OciBoxes(string dataDirectory) : IBoxes
{
    private readonly string _directory = Path.Combine(dataDirectory, "boxes", "boxes");

    /// <summary>None: all that a box needs outside of it is the server.</summary>
    public IReadOnlyList<int> ServicePids => [];

    public Task<IReadOnlyList<Box>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Box>>(
        [.. Directory.EnumerateDirectories(_directory).Select(path => new Box(Path.GetFileName(path), TryReadPid(path) is not null))]);

    /// <summary>gVisor's helper process is charged to the box like the rest of it, so there are no others.</summary>
    public Task<BoxProcesses> InspectAsync(string id, CancellationToken cancellationToken) =>
        TryReadPid(Path.Combine(_directory, id)) is { } pid
            ? Task.FromResult(new BoxProcesses(pid, Companions: []))
            : throw new BenchException($"Box {id} is not there.");

    /// <summary>As the OCI runtime wrote it down for the server. Null when the box is only beginning, or already gone.</summary>
    private static int? TryReadPid(string box)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(box, "init.pid"));
            return int.TryParse(text, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
