using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Health;
using AgentSandbox.Server.Pools;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Hosting;

internal static class SandboxServices
{
    public static void AddSandboxes(
        this IServiceCollection services, ISandboxRuntime runtime, string defaultIsolation, WallAllowances allowedToMiss, TemplateCatalog templates)
    {
        services.AddExceptionHandler<GuestFailureHandler>();
        services.AddExceptionHandler<RuntimeFailureHandler>();
        services.AddSingleton(runtime);
        services.AddSingleton(new RuntimeOffer(runtime, defaultIsolation));
        services.AddSingleton(allowedToMiss);
        services.AddSingleton<RuntimeTrial>();
        services.AddSingleton(templates);
        services.AddSingleton<SandboxBooter>();
        services.AddSingleton<SandboxJanitor>();
        services.AddSingleton<WarmPool>();
        services.AddSingleton<Readiness>();

        // Hosted services start in this order, before the web server, and stop in the reverse order after it.
        services.AddHostedService<SandboxHost>();
        services.AddHostedService<WarmPoolFiller>();
    }
}
