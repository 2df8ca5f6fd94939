using AgentSandbox.Server.Guests;

namespace AgentSandbox.Server.Runtimes;

/// <summary>
/// A living box: a runtime's handle and the link to its guest. Owned by the pool until a session claims it, then by that
/// session; whoever owns it disposes it, which ends the box. Thread-safe.
/// </summary>
internal sealed class Sandbox : IAsyncDisposable
{
    private const int MaxFailures = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly ISandboxRuntime _runtime;
    private readonly SandboxHandle _handle;
    private readonly TimeProvider _time;

    private Sandbox(ISandboxRuntime runtime, SandboxHandle handle, SandboxSpec spec, TimeProvider time)
    {
        _runtime = runtime;
        _handle = handle;
        _time = time;
        Spec = spec;
    }

    public SandboxSpec Spec { get; }

    /// <summary>Outlives the stream to the guest: a lost one is replaced for as long as the box may be there.</summary>
    public GuestConnection Guest { get; private set; } = null!;

    public string Runtime => _runtime.Name;

    /// <summary>The name of the machine that the box is on.</summary>
    public string Host => _handle.Host;

    /// <summary>False once the box is gone.</summary>
    public bool IsAlive => !Guest.Completion.IsCompleted;

    /// <summary>Meets the guest of a box that has been started.</summary>
    /// <exception cref="SandboxRuntimeException">It cannot be reached.</exception>
    /// <exception cref="GuestException">It does not greet.</exception>
    public static async Task<Sandbox> MeetAsync(
        ISandboxRuntime runtime, SandboxHandle handle, SandboxSpec spec, TimeProvider time, CancellationToken cancellationToken)
    {
        var sandbox = new Sandbox(runtime, handle, spec, time);
        var stream = await runtime.ConnectAsync(handle, cancellationToken);
        sandbox.Guest = await GuestConnection.OpenAsync(stream, time, cancellationToken, sandbox.ReconnectAsync);
        return sandbox;
    }

    /// <inheritdoc cref="ISandboxRuntime.ReadOomKillsAsync"/>
    public ValueTask<long> ReadOomKillsAsync(long? moreThan = null) => _runtime.ReadOomKillsAsync(_handle, moreThan);

    public ValueTask<SandboxStats> ReadStatsAsync(CancellationToken cancellationToken) => _runtime.ReadStatsAsync(_handle, cancellationToken);

    /// <inheritdoc cref="ISandboxRuntime.ReadLimitsAsync"/>
    public ValueTask<EnforcedLimits> ReadLimitsAsync(CancellationToken cancellationToken) => _runtime.ReadLimitsAsync(_handle, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Guest.DisposeAsync();
        }
        finally
        {
            await _runtime.StopAsync(_handle, CancellationToken.None);
        }
    }

    /// <summary>Null when the box is gone, or behaves as if it were. A host that does not answer is waited for.</summary>
    private async Task<Stream?> ReconnectAsync(CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        for (var failures = 0; failures < MaxFailures;)
        {
            using var limit = new CancellationTokenSource(GuestConnection.Patience, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                return await _runtime.ConnectAsync(_handle, either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                failures++;
            }
            catch (SandboxRuntimeException exception) when (exception.Error is RuntimeError.Gone)
            {
                return null;
            }
            catch (SandboxRuntimeException exception)
            {
                if (exception.Error is not RuntimeError.Unreachable) failures++;
            }

            await Task.Delay(pause, _time, cancellationToken);
            if (pause < LongestPause) pause *= 2;
        }

        return null;
    }
}
