using System.Text;
using AgentSandbox.Server.Runtimes.Oci;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>What an engine can do, and how it wants to be told, as it said itself.</summary>
internal sealed record DockerTraits
{
    /// <summary>What this engine calls the isolations that it has; its default runtime has no name.</summary>
    public IReadOnlyDictionary<string, string?> Isolations { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>Whether it may be asked to remove a box that ends by itself: see <see cref="DockerOpener"/>.</summary>
    public bool RemovesWhatEnds { get; init; } = true;

    /// <summary>The system-call filter: itself, or for Podman the path of the file that holds it.</summary>
    public string Seccomp { get; init; } = Encoding.UTF8.GetString(SeccompProfile.Json);

    /// <summary>
    /// Whether a tmpfs can be told its owner's id and a number of files. Podman knows neither: it gives one to the container's
    /// user when asked (<c>U</c>), and the files are bounded by the memory that each takes.
    /// </summary>
    public bool KnowsTmpfsOwners { get; init; } = true;

    public HostUsers Users { get; init; }

    /// <summary>The release of its host's kernel.</summary>
    public string? Kernel { get; init; }
}
