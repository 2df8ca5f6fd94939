using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AgentSandbox.Server.Configuration;

internal static class ConfigurationServices
{
    /// <summary>
    /// Who sends or reads less than this over five seconds has left or means harm. A command that is silent, or a box that
    /// takes its time with an upload, is not counted: only bytes that wait for the other side are.
    /// </summary>
    private static readonly MinDataRate LeastRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    /// <summary>Small bodies and a bounded number of connections.</summary>
    public static void AddKestrelLimits(this IWebHostBuilder host, IPAddress address, int port) => host.UseKestrel(options =>
    {
        // Streams without end are what HTTP/2 is attacked by, and without TLS no browser speaks it.
        options.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
        // Port 0 lets the kernel choose, which it can do for one address only.
        if (address.Equals(IPAddress.Loopback) && port != 0) options.ListenLocalhost(port);
        else if (address.Equals(IPAddress.IPv6Any)) options.ListenAnyIP(port);      // IPv4 alone where that is all there is
        else options.Listen(address, port);
        options.AddServerHeader = false;
        SetLimits(options.Limits);
    });

    private static void SetLimits(KestrelServerLimits limits)
    {
        limits.MaxConcurrentConnections = 10_000;
        limits.MaxConcurrentUpgradedConnections = 1_000;
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(1);
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        // A path of 4 096 bytes has three times as many when all of it is escaped.
        limits.MaxRequestLineSize = 16 * 1024;
        limits.MaxRequestBodySize = 1 << 20;
        // What one connection can make the server hold that its endpoint does not read.
        limits.MaxRequestBufferSize = 256 * 1024;
        limits.MinRequestBodyDataRate = LeastRate;
        limits.MinResponseDataRate = LeastRate;
    }

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
