namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>What a probe found: a way to start boxes, or none; and why other ways were rejected.</summary>
/// <param name="Warnings">What works, but less well than the operator may think.</param>
internal sealed record OciProbeResult(OciHost? Host, IReadOnlyList<OciRejection> Rejections, IReadOnlyList<string> Warnings)
{
    /// <summary>Why there are no boxes of isolation gvisor; null when there are, or when there are none at all.</summary>
    public string? NoGvisor { get; init; }

    /// <summary>One line: which and why.</summary>
    public string Summary
    {
        get
        {
            var rejected = Rejections.Count == 0 ? "" : $" (rejected: {string.Join("; ", Rejections)})";
            if (Host is null) return $"No OCI runtime works here{rejected}. {(Rejections.Count == 0 ? "" : Rejections[0].Remedy)}";

            var user = Host.Rootless is null ? "root" : "an ordinary user";
            return $"{Host.Binary} at {Host.Binary.Path}, {Host.Cgroups.Description}, as {user}: a trial box started and answered{rejected}; {Gvisor}";
        }
    }

    private string Gvisor => Host!.Gvisor is { } binary
        ? $"isolation gvisor by {binary} at {binary.Path}"
        : $"no isolation gvisor ({NoGvisor})";
}
