using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Runtimes;

/// <summary>
/// Finds out what a runtime can really do: on each host, a box with each isolation that it claims must start, run a command,
/// and show its walls. All hosts that are there before the first request, and any other before the first box is placed on it.
/// </summary>
internal sealed partial class RuntimeTrial(ISandboxRuntime runtime, RuntimeOffer offer, SandboxBooter booter, ILogger<RuntimeTrial> logger)
{
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Fills the offer, and has the runtime keep to what works, on each host now and on those that come later.</summary>
    /// <param name="required">The isolation that this server is of no use without.</param>
    /// <exception cref="SandboxRuntimeException">The required isolation works nowhere.</exception>
    public async Task RunAsync(Template template, SandboxLimits limits, string required, CancellationToken cancellationToken)
    {
        SandboxRuntimeException? failure = null;
        foreach (var host in runtime.Hosts.Where(host => host.IsAvailable))
        {
            runtime.Restrict(host.Name, await TryAsync(template, limits, host, (isolation, exception) =>
            {
                if (isolation == required) failure = exception;
                else Log.NotOffered(logger, exception, isolation, host.Name);
            }, cancellationToken));
        }

        if (!offer.Walls.ContainsKey(required))
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
        var working = new Dictionary<string, Walls>(StringComparer.Ordinal);
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

    private async Task<Walls> ExamineAsync(Template template, SandboxLimits limits, string isolation, RuntimeHost host, CancellationToken cancellationToken)
    {
        await using var sandbox = await booter.BootForTrialAsync(template, limits, isolation, host.Name, cancellationToken);
        try
        {
            await RunCommandAsync(sandbox, template, cancellationToken);
            var walls = await WallsInspector.InspectAsync(sandbox.Guest, host.Kernel, cancellationToken);
            if (isolation == RuntimeCapabilities.Standard || walls.OwnKernel) return walls;
            throw new SandboxRuntimeException($"A box with isolation {isolation} sees the host's own kernel, {walls.Kernel}.");
        }
        catch (GuestException exception)
        {
            throw new SandboxRuntimeException($"The first command in a box failed: {exception.Code}.", exception);
        }
    }

    /// <summary>The guest itself is the one program that every template has.</summary>
    private static async Task RunCommandAsync(Sandbox sandbox, Template template, CancellationToken cancellationToken)
    {
        await using var command = await sandbox.Guest.StartAsync(
            new CommandStart { Args = [Template.GuestPath, "check"], Env = template.Environment, Timeout = CommandTimeout }, cancellationToken);
        await foreach (var happened in command.ReadAsync(cancellationToken))
        {
            if (happened is CommandEvent.Exited { Exit.ExitCode: 0 }) return;
        }

        throw new SandboxRuntimeException("The first command in a box did not end well.");
    }

    private static partial class Log
    {
        [LoggerMessage(2310, LogLevel.Warning, "Isolation {Isolation} is not offered: it does not work on host {Host}.")]
        public static partial void NotOffered(ILogger logger, Exception exception, string isolation, string host);
    }
}
