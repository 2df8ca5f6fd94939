using System.Net;
using System.Net.Sockets;

namespace AgentSandbox.Bench.Hosts.Server;

/// <summary>A server of our own, started for this run with a data directory of its own; ended when it is disposed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(15);      // the first start ever builds the template

    private readonly ChildProcess _process;

    private ServerProcess(ChildProcess process, HttpClient http, ServerSettings settings)
    {
        _process = process;
        Settings = settings;
        Http = http;
    }

    public HttpClient Http { get; }

    public ServerSettings Settings { get; }

    public int Pid => _process.Id;

    /// <param name="server">Its <c>AgentSandbox.Server.dll</c>.</param>
    /// <param name="templates">The data directory's <c>templates</c> become a link to these, which are shared.</param>
    public static async Task<ServerProcess> StartAsync(
        string server, ServerSettings settings, string templates, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(settings.DataDirectory);
        Directory.CreateDirectory(templates);
        Directory.CreateSymbolicLink(Path.Combine(settings.DataDirectory, "templates"), templates);

        var port = FreePort();
        var process = ChildProcess.Start("dotnet", [server], settings.ToEnvironment(port), settings.DataDirectory + ".log");
        var started = new ServerProcess(process, Connect(port), settings);
        try
        {
            await process.WaitUntilReadyAsync(started.IsReadyAsync, StartLimit, time, cancellationToken);
            await started.EnsureIsAsync(settings.Subject, cancellationToken);
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

    /// <summary>Else the report would bear the name of something that was not measured.</summary>
    private async Task EnsureIsAsync(Subject subject, CancellationToken cancellationToken)
    {
        var runtimes = await Http.CallJsonAsync(HttpMethod.Get, "runtimes", null, cancellationToken);
        var runtime = runtimes.GetProperty("items")[0];
        var found = new Subject(runtime.GetProperty("name").GetString()!, runtime.GetProperty("defaultIsolation").GetString()!);
        if (found != subject) throw new BenchException($"The server makes boxes with {found} instead of {subject}.");
    }
}
