using AgentSandbox.Server.Access;
using AgentSandbox.Server.Agents;
using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Commands;
using AgentSandbox.Server.Configuration;
using AgentSandbox.Server.Docs;
using AgentSandbox.Server.Files;
using AgentSandbox.Server.Health;
using AgentSandbox.Server.Hosting;
using AgentSandbox.Server.Limits;
using AgentSandbox.Server.Limits.Quotas;
using AgentSandbox.Server.Observability;
using AgentSandbox.Server.Page;
using AgentSandbox.Server.Problems;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Sessions;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server;

internal static class Program
{
    private static Task<int> Main(string[] args) => EntryPoint.RunAsync(args);

    internal static WebApplication Build(ServerConfiguration configuration, TemplateCatalog templates, ISandboxRuntime runtime)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.AddLogs(configuration.LogLevel);
        builder.WebHost.AddKestrelLimits(configuration.Access.Address, configuration.Port);

        builder.Services.AddConfiguration(configuration);
        builder.Services.AddAccess(configuration.Access);
        builder.Services.AddAudit(configuration.Audit);
        builder.Services.AddRateLimits(configuration.RateLimits);
        builder.Services.AddQuotas(configuration.Quotas, Path.Combine(configuration.Paths.DataDirectory, "usage"));
        builder.Services.AddApiDocs();
        builder.Services.AddSandboxes(runtime, configuration.Sessions.Isolation, configuration.AllowedToMiss, templates);
        builder.Services.AddSessions();
        builder.Services.AddCommands();
        builder.Services.AddAgents(configuration.Paths.AgentsDirectory);
        builder.Services.AddProblems();

        var app = builder.Build();
        app.UsePipeline();

        app.MapSessions();
        app.MapSessionAudit();
        app.MapCommands();
        app.MapFiles();
        app.MapAgents();
        app.MapRuntimes();
        app.MapKeys();
        app.MapLogin();
        app.MapUsage();
        app.MapHealth();
        app.MapApiDocs();
        return app;
    }
}
