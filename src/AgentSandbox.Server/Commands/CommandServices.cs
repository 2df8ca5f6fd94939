namespace AgentSandbox.Server.Commands;

internal static class CommandServices
{
    public static void AddCommands(this IServiceCollection services)
    {
        services.AddSingleton<CommandValidator>();
        services.AddSingleton<CommandRunner>();
        services.AddSingleton<BackgroundWatch>();
    }
}
