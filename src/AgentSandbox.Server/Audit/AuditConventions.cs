namespace AgentSandbox.Server.Audit;

internal static class AuditConventions
{
    /// <summary>It changes nothing, and is written all the same: content leaves the box.</summary>
    public static TBuilder Audited<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(AuditedMetadata.Instance);
}

internal sealed class AuditedMetadata
{
    public static readonly AuditedMetadata Instance = new();
}
