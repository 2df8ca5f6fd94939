using Microsoft.AspNetCore.Diagnostics;

namespace AgentSandbox.Server.Sessions;

internal static class SessionServices
{
    public static void AddSessions(this IServiceCollection services)
    {
        // Handlers are asked in order, and those of guest and runtime are here already.
        services.Insert(0, ServiceDescriptor.Singleton<IExceptionHandler, SessionEndedHandler>());
        services.AddSingleton<SessionValidator>();
        services.AddSingleton<SessionManager>();
        services.AddHostedService<SessionReaper>();
        services.AddHostedService<SessionSampler>();
    }
}
