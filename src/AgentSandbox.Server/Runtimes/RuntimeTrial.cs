using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Runtimes;

/// <summary>
/// Finds out what a runtime can really do: on each host, a box with each isolation that it claims must start, run a command,
/// and have every wall that is promised of it. All hosts that are there before the first request, and any other before the
/// first box is placed on it.
/// </summary>
internal sealed partial class RuntimeTrial(
    ISandboxRuntime runtime, RuntimeOffer offer, WallAllowances allowed, SandboxBooter booter, SecurityLog security, ILogger<RuntimeTrial> logger)
{
    /// <summary>Fills the offer, and has the runtime keep to what works, on each host now and on those that come later.</summary>
    /// <param name="required">The isolation that this server is of no use without.</param>
    /// <exception cref="SandboxRuntimeException">The required isolation works nowhere, or a box lacks a wall that it should have.</exception>
    public async Task RunAsync(Template template, SandboxLimits limits, string required, CancellationToken cancellationToken)
    {
        SandboxRuntimeException? failure = null;
        foreach (var host in runtime.Hosts.Where(host => host.IsAvailable))
        {
            runtime.Restrict(host.Name, await TryAsync(template, limits, host, (isolation, exception) =>
            {
                if (exception is MissingWallException) throw exception;
                if (isolation == required) failure = exception;
                else Log.NotOffered(logger, exception, isolation, host.Name);
            }, cancellationToken));
        }

        if (!offer.Found.ContainsKey(required))
        {
            throw failure ?? new SandboxRuntimeException(
                RuntimeError.Unsupported, $"No host has isolation {required}. Those that work: {string.Join(", ", offer.Isolations)}.");
        }

        runtime.Examiner = (host, token) => TryAsync(
            template, limits, host, (isolation, exception) => Log.NotOffered(logger, exception, isolation, host.Name), token);
    }

    /// <summary>The isolations that work on a host.</summary>
    private async Task<IReadOnlyCollection<string>> TryAsync(
        Template template, SandboxLimits limits, RuntimeHost host, Action<string, SandboxRuntimeException> onFailure, CancellationToken cancellationToken)
    {
        var working = new Dictionary<string, IsolationOffer>(StringComparer.Ordinal);
        foreach (var isolation in host.Isolations)
        {
            try
            {
                working.Add(isolation, await ExamineAsync(template, limits, isolation, host, cancellationToken));
            }
            catch (SandboxRuntimeException exception)
            {
                onFailure(isolation, exception);
            }
        }

        offer.Narrow(working);
        return working.Keys;
    }

    private async Task<IsolationOffer> ExamineAsync(
        Template template, SandboxLimits limits, string isolation, RuntimeHost host, CancellationToken cancellationToken)
    {
        await using var sandbox = await booter.BootForTrialAsync(template, limits, isolation, host.Name, cancellationToken);
        try
        {
            var found = IsolationOffer.For(host, isolation, await WallsInspector.InspectAsync(sandbox, host.Kernel, cancellationToken));
            if (found.Missing.Count > 0) Allow(found.Missing, found.Walls, isolation, host);
            return found;
        }
        catch (GuestException exception)
        {
            throw new SandboxRuntimeException($"The first command in a box failed: {exception.Code}.", exception);
        }
    }

    /// <exception cref="SandboxRuntimeException">What is missing has not been allowed to be.</exception>
    private void Allow(IReadOnlyList<string> missing, Walls found, string isolation, RuntimeHost host)
    {
        // Whoever gets a kernel of the host's has not got what the name says, whatever else has been allowed.
        if (isolation is not RuntimeCapabilities.Standard && !found.OwnKernel)
            throw new SandboxRuntimeException($"A box with isolation {isolation} sees the host's own kernel, {found.Kernel}.");

        security.Note(SecurityEvent.WallMissing, $"isolation {isolation} on host {host.Name}: {string.Join(", ", missing)}");
        var refused = missing.Where(wall => !allowed.MayBeMissing(wall)).ToList();
        if (refused.Count > 0) throw new MissingWallException(isolation, host.Name, refused);
        Log.Missing(logger, isolation, host.Name, string.Join(", ", missing));
    }

    private static partial class Log
    {
        [LoggerMessage(2310, LogLevel.Warning, "Isolation {Isolation} is not offered: it does not work on host {Host}.")]
        public static partial void NotOffered(ILogger logger, Exception exception, string isolation, string host);

        [LoggerMessage(2311, LogLevel.Warning, "Boxes of isolation {Isolation} on host {Host} LACK walls that they should have: {Walls}. They are offered because the settings allow it.")]
        public static partial void Missing(ILogger logger, string isolation, string host, string walls);
    }
}
