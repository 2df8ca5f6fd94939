namespace AgentSandbox.Server.Audit;

internal static class AuditServices
{
    /// <summary>To be called before anything that runs: the log is open first, and closed last.</summary>
    public static void AddAudit(this IServiceCollection services, AuditOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<AuditLog>();
        services.AddSingleton<SecurityLog>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditLog>());
    }
}
