namespace AgentSandbox.Server.Runtimes.Cgroups;

/// <summary>What the host offers: a tree, or the reason why limits cannot be enforced here.</summary>
internal sealed record CgroupDetection(CgroupTree? Tree, string? Reason)
{
    /// <summary>Something that the operator should know although it works.</summary>
    public string? Warning { get; init; }

    public static CgroupDetection Unusable(string reason) => new(Tree: null, reason);
}
