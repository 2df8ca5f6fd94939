namespace AgentSandbox.Server.Runtimes;

/// <summary>
/// Makes boxes and gives one duplex stream to the guest inside each. Everything else (commands, files, agents) rides on
/// that stream, so a runtime stays this small. Implementations are thread-safe.
/// </summary>
internal interface ISandboxRuntime : IAsyncDisposable
{
    /// <summary>The name in the API and the logs, such as <c>oci</c>.</summary>
    string Name { get; }

    RuntimeCapabilities Capabilities { get; }

    /// <summary>The machines that boxes run on, each as it stands now.</summary>
    IReadOnlyList<RuntimeHost> Hosts { get; }

    /// <summary>
    /// Asked, once it is set, before boxes are placed on a host that has come or come back: the isolations that work there.
    /// </summary>
    Func<RuntimeHost, CancellationToken, Task<IReadOnlyCollection<string>>>? Examiner { get; set; }

    /// <summary>Offers no others than these isolations on a host: the others were tried, and do not work there.</summary>
    void Restrict(string host, IReadOnlyCollection<string> isolations);

    /// <summary>
    /// Starts a box; its guest may still be starting when this returns. Leaves nothing behind when it throws.
    /// </summary>
    /// <exception cref="SandboxRuntimeException">The box could not be made; the error says whether it ever can be.</exception>
    Task<SandboxHandle> StartAsync(SandboxSpec spec, CancellationToken cancellationToken);

    /// <summary>Opens the stream to the guest. A later connection replaces an earlier one.</summary>
    /// <exception cref="SandboxRuntimeException">
    /// <see cref="RuntimeError.Gone"/>: there is no such box any more. Otherwise it may be there, and another attempt go well.
    /// </exception>
    Task<Stream> ConnectAsync(SandboxHandle handle, CancellationToken cancellationToken);

    /// <summary>Freezes every process of the box.</summary>
    Task PauseAsync(SandboxHandle handle, CancellationToken cancellationToken);

    Task ResumeAsync(SandboxHandle handle, CancellationToken cancellationToken);

    /// <summary>What the box uses now, as the kernel charges it.</summary>
    /// <exception cref="SandboxRuntimeException">The box is gone, or cannot be reached.</exception>
    ValueTask<SandboxStats> ReadStatsAsync(SandboxHandle handle, CancellationToken cancellationToken);

    /// <summary>The limits of the box as they are really set, read back from whoever enforces them.</summary>
    /// <exception cref="SandboxRuntimeException">The box is gone, or cannot be reached.</exception>
    ValueTask<EnforcedLimits> ReadLimitsAsync(SandboxHandle handle, CancellationToken cancellationToken);

    /// <summary>
    /// Processes that the kernel has killed for want of memory since the box started; 0 when the box is gone. Read at every
    /// start of a command, so it must be cheap.
    /// </summary>
    /// <param name="moreThan">
    /// Something has just been killed: where the news of it may still be under way, waits a moment for a number above this.
    /// </param>
    ValueTask<long> ReadOomKillsAsync(SandboxHandle handle, long? moreThan = null);

    /// <summary>
    /// Kills the box and removes all that it held on the host. Safe to repeat, and returns once nothing is left.
    /// </summary>
    Task StopAsync(SandboxHandle handle, CancellationToken cancellationToken);

    /// <summary>Boxes of this server that exist now, those of an earlier life included.</summary>
    Task<IReadOnlyList<SandboxHandle>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Removes the boxes of an earlier life of this server and what it left half-made; returns how many.</summary>
    Task<int> PurgeAsync(CancellationToken cancellationToken);
}
