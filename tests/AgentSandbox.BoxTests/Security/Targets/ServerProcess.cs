using System.Diagnostics;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Security.Targets;

/// <summary>
/// The real server as a process of its own, so that it has an environment, memory and descriptors that an attack could get at.
/// It ends in good order when it is disposed, and by itself when this process dies.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    public const string Verb = "serve";
    private const int KeptLines = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Queue<string> _lastWords = new();  // guarded by itself

    private ServerProcess(Process process) => _process = process;

    public Uri Address { get; private set; } = null!;

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <param name="settings">As environment variables would set them.</param>
    /// <param name="environment">What the process has beside its settings.</param>
    public static async Task<ServerProcess> StartAsync(IReadOnlyDictionary<string, string?> settings, IReadOnlyDictionary<string, string> environment)
    {
        var words = settings.Select(setting => $"{setting.Key}={setting.Value}");
        var start = new ProcessStartInfo("dotnet", [typeof(ServerProcess).Assembly.Location, Verb, .. words])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var server = new ServerProcess(Process.Start(start)!);
        try
        {
            server.Address = await server.ReadAddressAsync().WaitAsync(Patience);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The other process.</summary>
    public static async Task<int> RunAsync(string[] words)
    {
        var settings = words.Select(word => word.Split('=', 2)).ToDictionary(parts => parts[0], string? (parts) => parts[1]);
        await using var server = new ConfiguredServer(settings);
        await server.InitializeAsync();
        Console.WriteLine(server.Address);
        await Console.In.ReadToEndAsync();      // until whoever started this closes it, or is no more
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            throw;
        }
        finally
        {
            _process.Dispose();
        }
    }

    private async Task<Uri> ReadAddressAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("http://", StringComparison.Ordinal))
            {
                _ = KeepReadingAsync();
                return new Uri(line);
            }

            Keep(line);
        }

        throw new InvalidOperationException($"The server did not start:\n{LastWords()}");
    }

    /// <summary>A server whose log nobody reads would wait for its reader.</summary>
    private async Task KeepReadingAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line) Keep(line);
    }

    /// <summary>The end of its log.</summary>
    public string LastWords()
    {
        lock (_lastWords) return string.Join('\n', _lastWords);
    }

    private void Keep(string line)
    {
        lock (_lastWords)
        {
            _lastWords.Enqueue(line);
            if (_lastWords.Count > KeptLines) _lastWords.Dequeue();
        }
    }

    private sealed class ConfiguredServer(IReadOnlyDictionary<string, string?> settings) : ServerFixture
    {
        protected override IReadOnlyDictionary<string, string?> Settings => settings;
    }
}
