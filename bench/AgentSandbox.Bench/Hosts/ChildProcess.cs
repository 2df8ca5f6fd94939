using System.Diagnostics;
using AgentSandbox.Bench.Kernel;

namespace AgentSandbox.Bench.Hosts;

/// <summary>A process that the benchmark started and ends: asked first, forced after a while. Its output goes to a file.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly StreamWriter _log;              // guarded by _gate
    private readonly string _logPath;

    private ChildProcess(Process process, string logPath)
    {
        _process = process;
        _logPath = logPath;
        _log = new StreamWriter(logPath) { AutoFlush = true };
    }

    public int Id => _process.Id;

    public static ChildProcess Start(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string logPath)
    {
        var start = new ProcessStartInfo(file, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;

        var process = Process.Start(start) ?? throw new BenchException($"{file} did not start.");
        var child = new ChildProcess(process, logPath);
        process.OutputDataReceived += child.Log;
        process.ErrorDataReceived += child.Log;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Asks again and again until the child is ready, ends, or runs out of time.</summary>
    public async Task WaitUntilReadyAsync(
        Func<CancellationToken, Task<bool>> isReady, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (!await isReady(cancellationToken))
        {
            if (_process.HasExited) throw new BenchException($"{Name} ended with {_process.ExitCode}:\n{LastWords()}");
            if (time.GetElapsedTime(started) > limit) throw new BenchException($"{Name} was not ready after {limit}:\n{LastWords()}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) Libc.Terminate(_process.Id);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"{Name} did not end within {Patience.TotalSeconds} s and was killed:\n{LastWords()}");
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
        await _log.DisposeAsync();
    }

    private string Name => _process.StartInfo.FileName;

    private void Log(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        lock (_gate) _log.WriteLine(line.Data);
    }

    private string LastWords()
    {
        lock (_gate) return string.Join('\n', File.ReadLines(_logPath).TakeLast(15));
    }
}
