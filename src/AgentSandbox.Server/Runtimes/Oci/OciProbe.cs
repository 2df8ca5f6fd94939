using AgentSandbox.Server.Runtimes.Cgroups;
using AgentSandbox.Server.Runtimes.Native;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>
/// Finds out how boxes can be started on this host, by really starting one with each candidate until one works. Changes
/// nothing that stays. The server uses it at start, and the doctor whenever asked.
/// </summary>
internal sealed class OciProbe(OciOptions options, TimeProvider timeProvider, ILogger<OciRuntime> logger)
{
    private const string TrialId = "trial";
    private static readonly SandboxLimits TrialLimits = new(MemoryBytes: 64 * 1024 * 1024, Cpus: 1, Pids: 32, DiskBytes: 16 * 1024 * 1024);

    /// <summary>
    /// What stands in the way already before a trial: quick, and needs no template. The result has a summary to show when
    /// there is anything, and is null when nothing is known to be wrong.
    /// </summary>
    public async Task<OciProbeResult?> FindObstaclesAsync(CancellationToken cancellationToken)
    {
        var rejections = new List<OciRejection>();
        ExamineHost(rejections, warnings: []);
        if (rejections.Count > 0) return new OciProbeResult(Host: null, rejections, Warnings: []);

        foreach (var candidate in OciBinaryFinder.Candidates(options.Runtime))
        {
            var (binary, reason) = await OciBinaryFinder.FindAsync(candidate, cancellationToken).ConfigureAwait(false);
            if (binary is not null) return null;
            rejections.Add(new(OciProblem.NotInstalled, candidate, reason!));
        }

        return new OciProbeResult(Host: null, rejections, Warnings: []);
    }

    public async Task<OciProbeResult> RunAsync(Template template, CancellationToken cancellationToken)
    {
        var rejections = new List<OciRejection>();
        var warnings = new List<string>();
        var (cgroups, rootless) = ExamineHost(rejections, warnings);
        if (rejections.Count > 0) return new OciProbeResult(Host: null, rejections, warnings);

        foreach (var candidate in OciBinaryFinder.Candidates(options.Runtime))
        {
            var (binary, reason) = await OciBinaryFinder.FindAsync(candidate, cancellationToken).ConfigureAwait(false);
            if (binary is { Kind: OciBinaryKind.Runsc }) reason = "it is gVisor's, which is for the isolation gvisor: name it as GVISOR_RUNTIME";
            if (reason is not null)
            {
                rejections.Add(new(OciProblem.NotInstalled, candidate, reason));
                continue;
            }

            var host = new OciHost(binary!, cgroups!, rootless);
            if (await TryAsync(host, RuntimeCapabilities.Standard, template, cancellationToken).ConfigureAwait(false) is not { } failure)
                return await AddGvisorAsync(host, template, new OciProbeResult(host, rejections, warnings), cancellationToken).ConfigureAwait(false);

            rejections.Add(new(OciProblem.TrialFailed, candidate, failure));
        }

        return new OciProbeResult(Host: null, rejections, warnings);
    }

    private async Task<OciProbeResult> AddGvisorAsync(OciHost host, Template template, OciProbeResult result, CancellationToken cancellationToken)
    {
        if (host.Rootless is not null) return result with { NoGvisor = "it needs a server that is run by root" };

        var (binary, reason) = await OciBinaryFinder.FindAsync(options.GvisorRuntime, cancellationToken).ConfigureAwait(false);
        if (binary is null) return result with { NoGvisor = $"{options.GvisorRuntime}: {reason}" };
        if (binary.Kind != OciBinaryKind.Runsc) return result with { NoGvisor = $"{binary.Path} is not gVisor's runsc" };

        var both = host with { Gvisor = binary };
        return await TryAsync(both, RuntimeCapabilities.Gvisor, template, cancellationToken).ConfigureAwait(false) is { } failure
            ? result with { NoGvisor = $"{binary}: {failure}" }
            : result with { Host = both };
    }

    private (CgroupTree? Cgroups, SubordinateIds? Rootless) ExamineHost(List<OciRejection> rejections, List<string> warnings)
    {
        if (!File.Exists(options.LauncherPath)) rejections.Add(new(OciProblem.NoLauncher, "launcher", $"{options.LauncherPath} does not exist"));
        var cgroups = FindCgroups(rejections, warnings);
        var rootless = Libc.GetEffectiveUserId() == 0 ? null : SubordinateIds.TryFind(rejections);
        return (cgroups, rootless);
    }

    private CgroupTree? FindCgroups(List<OciRejection> rejections, List<string> warnings)
    {
        var detection = DetectCgroups(options);
        if (detection.Warning is not null) warnings.Add(detection.Warning);
        if (detection.Tree is not null) return detection.Tree;

        if (!options.AllowUnenforcedLimits)
        {
            rejections.Add(new(OciProblem.NoCgroups, "cgroups", detection.Reason!));
            return null;
        }

        warnings.Add($"limits are NOT enforced, as ALLOW_UNENFORCED_LIMITS says: {detection.Reason}");
        return new UnenforcedCgroups();
    }

    private static CgroupDetection DetectCgroups(OciOptions options) =>
        CgroupDetector.ForHost().Detect(new ServerIdentity(options.StateDirectory).CgroupName);

    /// <summary>Null when a box started and took a connection; otherwise why it did not.</summary>
    private async Task<string?> TryAsync(OciHost host, string isolation, Template template, CancellationToken cancellationToken)
    {
        // A server of its own, with its own directory and groups: a real one may be running with these options.
        var trial = options.InDirectory(Path.Combine(options.StateDirectory, "trial"));
        var trialHost = host with { Cgroups = DetectCgroups(trial).Tree ?? host.Cgroups };
        try
        {
            await using var runtime = new OciRuntime(trial, trialHost, timeProvider, logger);
            await runtime.PurgeAsync(cancellationToken).ConfigureAwait(false);
            var spec = new SandboxSpec(TrialId, template, TrialLimits, isolation);
            var box = await runtime.StartAsync(spec, cancellationToken).ConfigureAwait(false);
            using var patience = new CancellationTokenSource(options.StartTimeout, timeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            await using var stream = await runtime.ConnectAsync(box, either.Token).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "its box started, but did not answer";
        }
        catch (Exception e) when (e is SandboxRuntimeException or IOException or UnauthorizedAccessException or AggregateException)
        {
            return e.Message;
        }
        finally
        {
            if (Directory.Exists(trial.StateDirectory)) Directory.Delete(trial.StateDirectory, recursive: true);
        }
    }
}
