using System.Diagnostics;

namespace AgentSandbox.Server.Templates;

/// <summary>
/// Runs a program of the host and remembers its last lines. The program gets a session of its own, because mmdebstrap,
/// when it is stopped, hangs up on its whole process group, which must not be ours; and it is kept on a leash, so that it
/// never outlives us, however we end.
/// </summary>
internal sealed class ExternalTool
{
    private const int KeptLines = 12;

    /// <summary>
    /// The leash is this shell's input, whose other end only we hold. When that closes, because we let go or were killed,
    /// everything in the session is asked to end. PR_SET_PDEATHSIG would not do: it goes by the thread that started the
    /// child, and threads of a pool come and go.
    /// </summary>
    private const string Leash = """
        exec 3<&0
        "$@" < /dev/null 3<&- &
        tool=$!
        { read -r _; kill -TERM 0; } <&3 > /dev/null 2>&1 3<&- &
        watcher=$!
        trap : TERM
        wait $tool
        status=$?
        kill $watcher 2> /dev/null
        exit $status
        """;

    private readonly ProcessStartInfo _start;
    private readonly Lock _gate = new();
    private readonly Queue<string> _lastLines = new(); // guarded by _gate

    public ExternalTool(string fileName, params IEnumerable<string> arguments)
    {
        _start = new ProcessStartInfo("setsid", ["sh", "-c", Leash, "leash", fileName, .. arguments])
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

    /// <summary>How long the tool may tidy up after it was asked to end.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Runs to the end and returns the exit code, 127 when there is no such tool; the output counts as words too.</summary>
    public Task<int> RunAsync(CancellationToken cancellationToken) =>
        RunAsync((output, token) => RememberAsync(new StreamReader(output), token), cancellationToken);

    /// <summary>
    /// Runs to the end, with the output going to <paramref name="consume"/>. When that throws or the caller cancels, the
    /// tool is asked to end, killed if it does not, and nothing of it is left when this returns.
    /// </summary>
    public async Task<int> RunAsync(Func<Stream, CancellationToken, Task> consume, CancellationToken cancellationToken)
    {
        using var process = Process.Start(_start) ?? throw new InvalidOperationException($"{_start.FileName} did not start.");
        var errors = RememberAsync(process.StandardError, CancellationToken.None);
        try
        {
            await consume(process.StandardOutput.BaseStream, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
        }
        catch
        {
            process.StandardInput.Close();
            await EndAsync(process, errors);
            throw;
        }

        await errors;
        return process.ExitCode;
    }

    public IReadOnlyList<string> LastLines()
    {
        lock (_gate) return [.. _lastLines];
    }

    /// <summary>The error stream ends when the last process of the session does: only then has the tool ended.</summary>
    private async Task EndAsync(Process process, Task errors)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await errors.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Somebody of the session is still there, so its number is not another's yet.
            TemplateNative.KillSession(process.Id);
            await errors;
        }
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
}
