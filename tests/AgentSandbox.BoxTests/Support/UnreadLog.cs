using AgentSandbox.Server.Audit;
using Microsoft.Extensions.DependencyInjection;

namespace AgentSandbox.BoxTests.Support;

/// <summary>For parts of the server that write to the security log, where a test does not read it.</summary>
internal static class UnreadLog
{
    public static SecurityLog Security { get; } = new ServiceCollection().AddMetrics().AddLogging()
        .AddSingleton(TimeProvider.System)
        .AddSingleton(new AuditOptions("") { IsOn = false })
        .AddSingleton<AuditLog>()
        .AddSingleton<SecurityLog>()
        .BuildServiceProvider()
        .GetRequiredService<SecurityLog>();
}
