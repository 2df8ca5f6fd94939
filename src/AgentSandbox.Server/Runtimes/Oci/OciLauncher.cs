using AgentSandbox.Server.Runtimes.Native;

namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>
/// Starts one process per box: our launcher, which becomes the OCI runtime, which leaves the box behind and exits.
/// Thread-safe.
/// </summary>
internal sealed class OciLauncher(OciOptions options, OciHost host, ProcessWatcher watcher, TimeProvider timeProvider)
{
    private const int MaxLogBytes = 4_096;
    private static readonly string[] BindTargets = ["/media", "/srv", "/mnt", "/opt", "/home"];

    private readonly string _bindTarget = ChooseBindTarget(options, host);

    /// <summary>
    /// The root file system as the configuration must name it. A server run by root shows it at a place in the launcher's
    /// own mount namespace, because the box's user namespace may not look into a home directory.
    /// </summary>
    public string RootPathFor(string templateRoot) => host.Rootless is null ? _bindTarget : templateRoot;

    /// <summary>Returns when the box runs. When it throws, no process of it is left that was not put into its groups.</summary>
    /// <exception cref="SandboxRuntimeException">The box did not start, with the words of the launcher or OCI runtime.</exception>
    public async Task RunAsync(OciSandbox box, string templateRoot, CancellationToken cancellationToken)
    {
        var binary = host.BinaryFor(box.Isolation)!;
        using var child = ChildProcess.Start(watcher, new OciCommandLine(options, host, binary, box).Write(templateRoot, _bindTarget));
        var run = child.WaitAsync();
        try
        {
            var (exit, error) = await run.WaitAsync(options.StartTimeout, timeProvider, cancellationToken).ConfigureAwait(false);
            if (exit.Code != 0) throw new SandboxRuntimeException($"{binary} could not start the box ({exit}): {Explain(error, box)}");
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            child.KillGroup();
            await run.WaitAsync(options.StopTimeout, timeProvider, CancellationToken.None).ConfigureAwait(false);
            if (e is OperationCanceledException) throw;
            throw new SandboxRuntimeException($"{binary} did not start the box within {options.StartTimeout.TotalSeconds:0} s.", e);
        }
    }

    private static string Explain(string error, OciSandbox box)
    {
        if (error.Length > 0 || !File.Exists(box.Directory.Log)) return error;

        using var log = File.OpenRead(box.Directory.Log);
        log.Seek(-Math.Min(log.Length, MaxLogBytes), SeekOrigin.End); // the last words matter
        return new StreamReader(log).ReadToEnd().Trim();
    }

    /// <summary>A directory that every system has, and that hides nothing which the OCI runtime still needs.</summary>
    private static string ChooseBindTarget(OciOptions options, OciHost host)
    {
        string[] needed = [options.StateDirectory, options.LauncherPath, host.Binary.Path, host.Gvisor?.Path ?? host.Binary.Path];
        return BindTargets.FirstOrDefault(target => Directory.Exists(target) && !needed.Any(path => path.StartsWith(target + "/", StringComparison.Ordinal)))
            ?? throw new SandboxRuntimeException($"None of {string.Join(", ", BindTargets)} is free to show a root file system at.");
    }
}
