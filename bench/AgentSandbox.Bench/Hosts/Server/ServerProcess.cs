using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AgentSandbox.Bench.Hosts.Server;

/// <summary>A server of our own, started for this run with a data directory of its own; ended when it is disposed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(15);      // the first start ever builds the template

    private readonly ChildProcess _process;

    private ServerProcess(ChildProcess process, HttpClient http)
    {
        _process = process;
        Http = http;
    }

    public HttpClient Http { get; }

    public int Pid => _process.Id;

    /// <param name="dataDirectory">Made when missing; its <c>templates</c> become a link to the shared ones.</param>
    public static async Task<ServerProcess> StartAsync(
        string server, string dataDirectory, string templates, int poolSize, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(dataDirectory);
        Directory.CreateDirectory(templates);
        Directory.CreateSymbolicLink(Path.Combine(dataDirectory, "templates"), templates);

        var port = FreePort();
        var process = ChildProcess.Start("dotnet", [server], Environment(port, dataDirectory, poolSize), dataDirectory + ".log");
        var started = new ServerProcess(process, Connect(port));
        try
        {
            await process.WaitUntilReadyAsync(started.IsReadyAsync, StartLimit, time, cancellationToken);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _process.DisposeAsync();
    }

    private static Dictionary<string, string> Environment(int port, string dataDirectory, int poolSize) => new(StringComparer.Ordinal)
    {
        ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
        ["DATA_DIR"] = dataDirectory,
        ["WARM_POOL_SIZE"] = poolSize.ToString(CultureInfo.InvariantCulture),
        ["MAX_CONCURRENT_SESSIONS"] = "500",
        ["RATE_LIMIT_MAX_REQUESTS"] = "1000000",
        ["SESSION_TIMEOUT_MS"] = "1800000",
        ["LOG_LEVEL"] = "warn",
    };

    private static HttpClient Connect(int port)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(10) };
        return new HttpClient(handler) { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/v1/"), Timeout = TimeSpan.FromMinutes(5) };
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await Http.GetAsync("/readyz", cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
