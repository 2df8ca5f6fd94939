namespace AgentSandbox.Server.Agents;

internal static class AgentServices
{
    public static void AddAgents(this IServiceCollection services, string directory)
    {
        services.AddSingleton(AgentCatalog.Load(directory));
        services.AddSingleton<AgentRunner>();
    }
}
