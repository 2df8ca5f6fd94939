using System.Net;

namespace AgentSandbox.Server.Configuration;

internal static class ConfigurationServices
{
    /// <summary>Small bodies and a bounded number of connections.</summary>
    public static void AddKestrelLimits(this IWebHostBuilder host, IPAddress address, int port) => host.UseKestrel(options =>
    {
        // Port 0 lets the kernel choose, which it can do for one address only.
        if (IPAddress.IsLoopback(address) && port != 0) options.ListenLocalhost(port);
        else options.Listen(address, port);
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = 1 << 20;
        options.Limits.MaxConcurrentConnections = 10_000;
        options.Limits.MaxConcurrentUpgradedConnections = 1_000;
    });

    public static void AddConfiguration(this IServiceCollection services, ServerConfiguration configuration)
    {
        services.AddSingleton(configuration);
        services.AddSingleton(configuration.Paths);
        services.AddSingleton(configuration.Sessions);
        services.AddSingleton(configuration.Commands);
        services.AddSingleton(configuration.Pool);
        services.AddSingleton(configuration.Oci);
        services.AddSingleton(TimeProvider.System);
    }
}
