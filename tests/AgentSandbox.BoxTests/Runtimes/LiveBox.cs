using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>A box of a test and the link to its guest, without a server. Disposing closes the link; the box lives on.</summary>
internal sealed class LiveBox : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);   // the machine may be busy with other tests

    private readonly SandboxSpec _spec;

    private LiveBox(SandboxSpec spec, SandboxHandle handle, GuestConnection guest)
    {
        _spec = spec;
        Handle = handle;
        Guest = guest;
    }

    public SandboxHandle Handle { get; }

    public GuestConnection Guest { get; }

    public static async Task<LiveBox> StartAsync(ISandboxRuntime runtime, SandboxSpec spec) =>
        await ConnectAsync(runtime, await runtime.StartAsync(spec, CancellationToken.None), spec);

    public static async Task<LiveBox> ConnectAsync(ISandboxRuntime runtime, SandboxHandle handle, SandboxSpec spec)
    {
        using var timeout = new CancellationTokenSource(Patience);
        var stream = await runtime.ConnectAsync(handle, timeout.Token);
        return new LiveBox(spec, handle, await GuestConnection.OpenAsync(stream, TimeProvider.System, timeout.Token));
    }

    /// <summary>Starts a line of the shell.</summary>
    public Task<GuestCommand> StartAsync(string line) => StartAsync([.. _spec.Template.Shell, line]);

    public Task<GuestCommand> StartAsync(params string[] args) => Guest.StartAsync(
        new CommandStart { Args = args, Env = _spec.Template.Environment, OpenStdin = true, Timeout = Patience }, CancellationToken.None);

    /// <summary>Runs a line of the shell to its end.</summary>
    public async Task<FinishedCommand> RunAsync(string line)
    {
        await using var command = await StartAsync(line);
        await command.CloseStdinAsync(CancellationToken.None);
        return await FinishedCommand.ReadAsync(command);
    }

    /// <summary>Runs a line that must end well and returns what it printed.</summary>
    public async Task<string> OutputAsync(string line)
    {
        var result = await RunAsync(line);
        Assert.True(result.Exit.ExitCode == 0, $"{line}: {result.Exit} {result.StderrText}");
        return result.StdoutText.TrimEnd('\n');
    }

    public ValueTask DisposeAsync() => Guest.DisposeAsync();
}
