namespace AgentSandbox.Server.Limits.Quotas;

internal static class QuotaServices
{
    /// <summary>To be added before all other hosted services: they start in order, and stop in the reverse.</summary>
    /// <param name="directory">Keeps the day's use.</param>
    public static void AddQuotas(this IServiceCollection services, QuotaOptions options, string directory)
    {
        services.AddSingleton(options);
        services.AddSingleton<QuotaLedger>();
        services.AddSingleton(new UsageFile(directory));
        services.AddExceptionHandler<QuotaFailureHandler>();
        services.AddHostedService<UsageKeeper>();
    }
}
