using AgentSandbox.Bench.Hosts;
using AgentSandbox.Bench.Measuring;
using AgentSandbox.Bench.Reports;

namespace AgentSandbox.Bench.Phases;

/// <summary>Measures one thing. Leaves no box of its own behind, whatever happens.</summary>
internal interface IPhase
{
    /// <summary>What <c>--only</c> calls it.</summary>
    string Name { get; }

    Task RunAsync(Arena arena, Report report, CancellationToken cancellationToken);
}

/// <summary>Who is measured, and how much.</summary>
/// <param name="Warm">The server with a filled pool.</param>
/// <param name="Cold">A second server without a pool.</param>
/// <param name="Docker">Null when it is not to be measured.</param>
internal sealed record Arena(ISandboxHost Warm, ISandboxHost Cold, ISandboxHost? Docker, Scale Scale, TimeProvider Time)
{
    /// <summary>The usual two sides of a comparison.</summary>
    public IReadOnlyList<ISandboxHost> Both => Docker is null ? [Warm] : [Warm, Docker];

    public IReadOnlyList<ISandboxHost> All => [.. Both, Cold];

    public Interleaved Interleave() => new(Scale.Rounds, Scale.LatencyLimit, Time);
}
