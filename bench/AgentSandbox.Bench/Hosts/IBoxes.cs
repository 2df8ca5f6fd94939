namespace AgentSandbox.Bench.Hosts;

/// <summary>The boxes of one host as the machine knows them, whatever the host's own API tells. Thread-safe.</summary>
internal interface IBoxes
{
    /// <summary>Every box that there is, half-made and half-removed ones too.</summary>
    Task<IReadOnlyList<Box>> ListAsync(CancellationToken cancellationToken);

    Task<BoxProcesses> InspectAsync(string id, CancellationToken cancellationToken);

    /// <summary>The processes outside the boxes that serve all of them.</summary>
    IReadOnlyList<int> ServicePids { get; }
}

/// <param name="IsRunning">False while it is made or removed.</param>
internal sealed record Box(string Id, bool IsRunning);

/// <summary>The host's processes of one box: its PID 1 or what runs it, and those that exist only for it and are not charged to it.</summary>
internal sealed record BoxProcesses(int Init, IReadOnlyList<int> Companions);
