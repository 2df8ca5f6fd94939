namespace AgentSandbox.Server.Runtimes;

/// <summary>A machine that boxes run on, as it stands now.</summary>
/// <param name="Name">Unique within the runtime; boxes are told apart by it in the API.</param>
/// <param name="Capacity">The most boxes it may have, pooled ones included; null is no limit of its own.</param>
/// <param name="Boxes">Those that it has, and those that are being made.</param>
internal sealed record RuntimeHost(string Name, int? Capacity, int Boxes, bool IsAvailable)
{
    /// <summary>The name of the machine that the server runs on.</summary>
    public const string Local = "local";

    public bool HasRoom => IsAvailable && (Capacity is not { } capacity || Boxes < capacity);
}
