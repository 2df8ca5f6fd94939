using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;
using static AgentSandbox.Tests.Guest.GuestConnectionTestExtensions;

namespace AgentSandbox.Tests.Guest;

/// <summary>A test with a guest of its own and a connection to it.</summary>
public abstract class GuestTest : IAsyncLifetime
{
    private protected GuestProcess Process { get; } = new();

    private protected GuestConnection Guest { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Guest = await Process.ConnectAsync();

    public async ValueTask DisposeAsync()
    {
        await Guest.DisposeAsync();
        await Process.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task ReconnectAsync()
    {
        await Guest.DisposeAsync();
        Guest = await Process.ConnectAsync();
    }

    protected static async Task<GuestErrorCode> CodeOfAsync(Task task) =>
        (await Assert.ThrowsAsync<GuestException>(() => task.WaitAsync(Cancellation))).Code;

    /// <summary>A zombie still has its directory in /proc, so this waits for the reaping, by way of a command that looks.</summary>
    protected Task WaitUntilReapedAsync(int pid) => WaitUntilAsync($"[ ! -e /proc/{pid} ]");

    protected Task WaitForStateAsync(int pid, char state) => WaitUntilAsync($"grep -q '^State:.{state}' /proc/{pid}/status");

    /// <summary>Waits in the guest until a shell condition holds.</summary>
    protected async Task WaitUntilAsync(string condition)
    {
        var waited = await Guest.RunAsync(Shell($"until {condition}; do sleep 0.01; done") with { Timeout = TimeSpan.FromSeconds(20) });
        Assert.False(waited.Exit.TimedOut, condition);
    }

    protected async Task WaitForExitAsync(int pid)
    {
        while ((await Guest.GetCommandAsync(pid, Cancellation)).Exit is null) await Guest.PingAsync(Cancellation);
    }

    private protected string Home(string name) => Path.Combine(Process.Home, name);
}
