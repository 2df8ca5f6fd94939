using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.Server.Pools;

/// <summary>Ready sandboxes per template.</summary>
internal sealed class PoolOptions
{
    /// <summary>
    /// Sandboxes of the default template that stand ready on each host. <c>WARM_POOL_SIZE</c>; 0 to 1 000; 4. With 0 every session boots
    /// its own.
    /// </summary>
    public int Size { get; set; } = 4;

    /// <summary>What the ready sandboxes are made from: the default template.</summary>
    public required string Template { get; init; }

    /// <summary>The isolation that they have: the default of a session.</summary>
    public required string Isolation { get; init; }

    /// <summary>The limits that they have: the defaults of a session.</summary>
    public required SandboxLimits Limits { get; init; }
}
