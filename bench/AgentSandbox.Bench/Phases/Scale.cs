namespace AgentSandbox.Bench.Phases;

/// <summary>How much is measured. Every phase is bounded by a count and by time.</summary>
internal sealed record Scale
{
    /// <summary>Rounds of a latency phase: one measurement of Docker each, and several of the server.</summary>
    public required int Rounds { get; init; }

    public required TimeSpan LatencyLimit { get; init; }

    public required TimeSpan LoopDuration { get; init; }

    /// <summary>Shorter, because its rate settles sooner and its boxes are slow to go.</summary>
    public required TimeSpan DockerLoopDuration { get; init; }

    public required int BurstSize { get; init; }

    public required int AliveSessions { get; init; }

    public required int IdleBoxes { get; init; }

    public required int Transfers { get; init; }

    /// <summary>No further transfer begins after this.</summary>
    public required TimeSpan TransferLimit { get; init; }

    public required long OutputBytes { get; init; }

    public required long FileBytes { get; init; }

    public static readonly Scale Full = new()
    {
        Rounds = 50,
        LatencyLimit = TimeSpan.FromSeconds(60),
        LoopDuration = TimeSpan.FromSeconds(30),
        DockerLoopDuration = TimeSpan.FromSeconds(15),
        BurstSize = 100,
        AliveSessions = 300,
        IdleBoxes = 20,
        Transfers = 5,
        TransferLimit = TimeSpan.FromSeconds(20),
        OutputBytes = 1L << 30,
        FileBytes = 200_000_000,
    };

    public static readonly Scale Quick = new()
    {
        Rounds = 3,
        LatencyLimit = TimeSpan.FromSeconds(5),
        LoopDuration = TimeSpan.FromSeconds(2),
        DockerLoopDuration = TimeSpan.FromSeconds(2),
        BurstSize = 10,
        AliveSessions = 40,
        IdleBoxes = 3,
        Transfers = 1,
        TransferLimit = TimeSpan.FromSeconds(5),
        OutputBytes = 64L << 20,
        FileBytes = 20_000_000,
    };
}
