namespace AgentSandbox.Server.Sessions;

internal static class SessionServices
{
    public static void AddSessions(this IServiceCollection services)
    {
        services.AddSingleton<SessionValidator>();
        services.AddSingleton<SessionManager>();
        services.AddHostedService<SessionReaper>();
    }
}
