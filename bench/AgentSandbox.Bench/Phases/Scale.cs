using AgentSandbox.Bench.Measuring;

namespace AgentSandbox.Bench.Phases;

/// <summary>How much is measured. Every phase is bounded by a count and by time.</summary>
internal sealed record Scale
{
    /// <summary>Rounds of a latency phase: one measurement of Docker each, and several of the server.</summary>
    public required int Rounds { get; init; }

    /// <summary>New boxes of a server with a pool.</summary>
    public required Share Warm { get; init; }

    /// <summary>New boxes of a server without one.</summary>
    public required Share Cold { get; init; }

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

    /// <summary>For the report: how much was measured, for it is not the same everywhere.</summary>
    public override string ToString()
    {
        var latencies = $"up to {Rounds} rounds in {LatencyLimit.TotalSeconds:0} s with {Warm.PerRound} warm and {Cold.PerRound} cold creates each";
        var loops = $"loops of {LoopDuration.TotalSeconds:0} s, Docker's of {DockerLoopDuration.TotalSeconds:0} s";
        var transfers = $"up to {Transfers} transfers in {TransferLimit.TotalSeconds:0} s, output {OutputBytes >> 20} MiB, files {FileBytes / 1_000_000} MB";
        return $"{latencies}; {loops}; {transfers}";
    }

    public static Scale For(Subject subject, bool quick)
    {
        if (quick) return subject.StartsSlowly ? Quick with { Warm = SlowStarts.Warm, Cold = SlowStarts.Cold, AliveSessions = 15 } : Quick;
        if (subject.IsGvisor) return SlowTransfers;
        return subject.StartsSlowly ? SlowStarts : Full;
    }

    private static readonly Scale Full = new()
    {
        Rounds = 50,
        Warm = new Share(PerRound: 6, WarmUp: 40),
        Cold = new Share(PerRound: 2, WarmUp: 20),
        LatencyLimit = TimeSpan.FromSeconds(75),
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

    /// <summary>For boxes that take hundreds of milliseconds to start: the full scale would take most of an hour.</summary>
    private static readonly Scale SlowStarts = Full with
    {
        Warm = new Share(PerRound: 2, WarmUp: 10),
        Cold = new Share(PerRound: 1, WarmUp: 3),
        LoopDuration = TimeSpan.FromSeconds(15),
        BurstSize = 50,
        AliveSessions = 100,
        IdleBoxes = 10,
        TransferLimit = TimeSpan.FromSeconds(10),
        OutputBytes = 256L << 20,
    };

    /// <summary>Bytes go through gVisor's kernel at a tenth of the speed.</summary>
    private static readonly Scale SlowTransfers = SlowStarts with { OutputBytes = 64L << 20, FileBytes = 100_000_000 };

    private static readonly Scale Quick = new()
    {
        Rounds = 3,
        Warm = new Share(PerRound: 6, WarmUp: 40),
        Cold = new Share(PerRound: 2, WarmUp: 20),
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
