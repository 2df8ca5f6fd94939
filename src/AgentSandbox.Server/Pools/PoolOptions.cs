namespace AgentSandbox.Server.Pools;

/// <summary>Ready sandboxes per template.</summary>
internal sealed class PoolOptions
{
    /// <summary>
    /// Sandboxes of the default template that stand ready. <c>WARM_POOL_SIZE</c>; 0 to 1 000; 4. With 0 every session boots
    /// its own.
    /// </summary>
    public int Size { get; set; } = 4;
}
