using AgentSandbox.Server.Guests;

namespace AgentSandbox.Server.Runtimes;

/// <summary>
/// A living box: a runtime's handle and the link to its guest. Owned by the pool until a session claims it, then by that
/// session; whoever owns it disposes it, which ends the box. Thread-safe.
/// </summary>
internal sealed class Sandbox(ISandboxRuntime runtime, SandboxHandle handle, SandboxSpec spec, GuestConnection guest) : IAsyncDisposable
{
    public SandboxSpec Spec { get; } = spec;

    public GuestConnection Guest { get; } = guest;

    public string Runtime => runtime.Name;

    /// <summary>False once the guest is gone, and with it the box.</summary>
    public bool IsAlive => !Guest.Completion.IsCompleted;

    public string Host => handle.Host;

    /// <inheritdoc cref="ISandboxRuntime.ReadOomKillsAsync"/>
    public ValueTask<long> ReadOomKillsAsync(long? moreThan = null) => runtime.ReadOomKillsAsync(handle, moreThan);

    public ValueTask<SandboxStats> ReadStatsAsync(CancellationToken cancellationToken) => runtime.ReadStatsAsync(handle, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Guest.DisposeAsync();
        await runtime.StopAsync(handle, CancellationToken.None);
    }
}
