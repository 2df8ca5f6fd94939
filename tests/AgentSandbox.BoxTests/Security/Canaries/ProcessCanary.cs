using System.Diagnostics;
using System.Security.Cryptography;

namespace AgentSandbox.BoxTests.Security.Canaries;

/// <summary>
/// A process of the host that runs as the user that boxes have without a user namespace: only the box keeps a signal from it.
/// </summary>
internal sealed class ProcessCanary : ICanary, IDisposable
{
    private readonly Process _process;

    public ProcessCanary()
    {
        var start = new ProcessStartInfo("setpriv", ["--reuid=1001", "--regid=1001", "--clear-groups", "sleep", "infinity"])
        {
            UseShellExecute = false,
            Environment = { ["CANARY_SECRET"] = Secret },
        };
        _process = Process.Start(start)!;
    }

    public int Pid => _process.Id;

    public string Secret { get; } = RandomNumberGenerator.GetHexString(32);

    public Task<string?> ComplainAsync() => Task.FromResult(_process.HasExited
        ? $"The host's process ended with {_process.ExitCode}."
        : State() is 'T' or 't' ? "The host's process was stopped." : null);

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private char State()
    {
        var stat = File.ReadAllText($"/proc/{Pid}/stat");
        return stat[stat.LastIndexOf(')') + 2];
    }
}
