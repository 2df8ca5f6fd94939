using System.Diagnostics;

namespace AgentSandbox.Server.Templates;

/// <summary>
/// Runs a program of the host and remembers its last lines. The program gets a session of its own: it can be stopped with
/// all its children, Ctrl-C in our terminal does not reach it past us, and when mmdebstrap is stopped it hangs up on its
/// whole process group, which must not be ours.
/// </summary>
internal sealed class ExternalTool
{
    private const int KeptLines = 12;
    private static readonly TimeSpan TimeToTidyUp = TimeSpan.FromSeconds(10);

    private readonly ProcessStartInfo _start;
    private readonly Lock _gate = new();
    private readonly Queue<string> _lastLines = new(); // guarded by _gate

    public ExternalTool(string fileName, params IEnumerable<string> arguments)
    {
        _start = new ProcessStartInfo("setsid", [fileName, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    public IDictionary<string, string?> Environment => _start.Environment;

    /// <summary>Sees each line that the tool says, as it comes.</summary>
    public Action<string>? OnLine { get; init; }

    /// <summary>Runs to the end and returns the exit code; the output counts as more words to remember.</summary>
    public Task<int> RunAsync(CancellationToken cancellationToken) =>
        RunAsync((output, token) => RememberAsync(new StreamReader(output), token), cancellationToken);

    /// <summary>
    /// Runs to the end, with the output going to <paramref name="consume"/>. When that throws or the caller cancels, the
    /// tool is asked to stop, killed if it does not, and has ended when this returns.
    /// </summary>
    public async Task<int> RunAsync(Func<Stream, CancellationToken, Task> consume, CancellationToken cancellationToken)
    {
        using var process = Process.Start(_start) ?? throw new InvalidOperationException($"{_start.FileName} did not start.");
        process.StandardInput.Close();
        var errors = RememberAsync(process.StandardError, CancellationToken.None);
        try
        {
            await consume(process.StandardOutput.BaseStream, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
        }
        catch
        {
            await StopAsync(process);
            throw;
        }
        finally
        {
            await errors;
        }

        return process.ExitCode;
    }

    public IReadOnlyList<string> LastLines()
    {
        lock (_gate) return [.. _lastLines];
    }

    private async Task RememberAsync(StreamReader lines, CancellationToken cancellationToken)
    {
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            Remember(line);
            OnLine?.Invoke(line);
        }
    }

    private void Remember(string line)
    {
        lock (_gate)
        {
            if (_lastLines.Count == KeptLines) _lastLines.Dequeue();
            _lastLines.Enqueue(line);
        }
    }

    private static async Task StopAsync(Process process)
    {
        TemplateNative.SignalGroup(process.Id, TemplateNative.Terminate);
        using var patience = new CancellationTokenSource(TimeToTidyUp);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            TemplateNative.SignalGroup(process.Id, TemplateNative.Kill);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
