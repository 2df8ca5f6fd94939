using System.Security.Cryptography;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Runtimes;

/// <summary>
/// Turns a wish for a box into a sandbox whose guest has answered. Bounds how many boot at once: more would only make
/// each of them slower. A caller who waits goes before the pool, which boots only when nobody waits.
/// </summary>
internal sealed class SandboxBooter(ISandboxRuntime runtime, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan GuestTimeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _slots = new(Math.Max(2, Environment.ProcessorCount));
    private int _waiting;

    /// <summary>Requests that wait for a box now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <exception cref="SandboxRuntimeException">The box could not be made, or its guest did not answer.</exception>
    public async Task<Sandbox> BootForRequestAsync(Template template, SandboxLimits limits, string isolation, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            return await BootAsync(template, limits, isolation, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <inheritdoc cref="BootForRequestAsync"/>
    /// <param name="host">The host to boot it on; null leaves the choice to the runtime.</param>
    public async Task<Sandbox> BootAsync(
        Template template, SandboxLimits limits, string isolation, CancellationToken cancellationToken, string? host = null)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            return await StartAsync(new SandboxSpec(NewId(), template, limits, isolation, host), cancellationToken);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Boots on a host that need not be ready for others. Does not wait for a slot: nobody else may be served before.</summary>
    public Task<Sandbox> BootForTrialAsync(Template template, SandboxLimits limits, string isolation, string host, CancellationToken cancellationToken) =>
        StartAsync(new SandboxSpec(NewId(), template, limits, isolation, host, IsTrial: true), cancellationToken);

    public void Dispose() => _slots.Dispose();

    private async Task<Sandbox> StartAsync(SandboxSpec spec, CancellationToken cancellationToken)
    {
        await using var undo = new Rollback();
        var handle = await runtime.StartAsync(spec, cancellationToken);
        undo.Add(() => new ValueTask(runtime.StopAsync(handle, CancellationToken.None)));

        using var timeout = new CancellationTokenSource(GuestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var sandbox = await Sandbox.MeetAsync(runtime, handle, spec, time, either.Token);
            undo.Commit();
            return sandbox;
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SandboxRuntimeException($"The guest of box {spec.Id} did not answer within {GuestTimeout.TotalSeconds} s.", exception);
        }
        catch (GuestException exception)
        {
            throw new SandboxRuntimeException($"The guest of box {spec.Id} failed: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// 26 characters of a 32-letter alphabet: 130 random bits, so that it cannot be guessed. The session that claims the box is
    /// known by it, so that whatever a host shows of a box names the session.
    /// </summary>
    private static string NewId() => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz234567", 26);
}
