using AgentSandbox.Server.Configuration;

namespace AgentSandbox.Server.Agents;

internal static class AgentServices
{
    public static void AddAgents(this IServiceCollection services, ServerPaths paths)
    {
        services.AddSingleton(AgentCatalog.Load(paths.AgentsDirectory));
        services.AddSingleton<AgentRunner>();
    }
}
