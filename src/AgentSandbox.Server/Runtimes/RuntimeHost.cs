using System.Text.Json.Serialization;

namespace AgentSandbox.Server.Runtimes;

/// <summary>A machine that boxes run on, as it stands now.</summary>
/// <param name="Name">Unique within the runtime; boxes are told apart by it in the API.</param>
/// <param name="Capacity">The most boxes it may have, pooled ones included; null is no limit of its own.</param>
/// <param name="Boxes">Those that it has, and those that are being made.</param>
/// <param name="Isolations">What boxes on it can have.</param>
/// <param name="Kernel">The release of its kernel; null when it is not known.</param>
internal sealed record RuntimeHost(string Name, int? Capacity, int Boxes, bool IsAvailable, IReadOnlyList<string> Isolations, string? Kernel = null)
{
    [JsonIgnore]
    public HostUsers Users { get; init; }

    /// <summary>The name of the machine that the server runs on.</summary>
    public const string Local = "local";

    private const double Unlimited = 10_000;

    /// <summary>How full it is, to compare hosts by.</summary>
    [JsonIgnore]
    public double Load => Boxes / (Capacity ?? Unlimited);

    [JsonIgnore]
    public bool HasRoom => IsAvailable && (Capacity is not { } capacity || Boxes < capacity);
}
