using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AgentSandbox.Bench.Hosts.Server;

/// <summary>A server of our own, started for this run with a data directory of its own; ended when it is disposed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(15);      // the first start ever builds the template

    private readonly ChildProcess _process;
    private readonly string _dataDirectory;

    private ServerProcess(ChildProcess process, HttpClient http, string dataDirectory)
    {
        _process = process;
        _dataDirectory = dataDirectory;
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
        var started = new ServerProcess(process, Connect(port), dataDirectory);
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

    /// <summary>The first process of every box, as the OCI runtime wrote it down for the server.</summary>
    public IEnumerable<int> ReadBoxPids()
    {
        foreach (var directory in Directory.EnumerateDirectories(Path.Combine(_dataDirectory, "boxes", "boxes")))
        {
            if (TryReadPid(Path.Combine(directory, "init.pid")) is { } pid) yield return pid;
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

    /// <summary>Null when the box is only beginning, or already gone.</summary>
    private static int? TryReadPid(string file)
    {
        try
        {
            return int.TryParse(File.ReadAllText(file), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
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
