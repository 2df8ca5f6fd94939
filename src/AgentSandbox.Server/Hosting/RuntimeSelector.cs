using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Oci;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Hosting;

/// <summary>Chooses how boxes are made on this host, by making one, and says in one log line which way and why.</summary>
internal static partial class RuntimeSelector
{
    /// <summary>Says at once what would only fail after the templates have been built.</summary>
    /// <exception cref="SandboxRuntimeException">No box can be made; the message says what the operator can do.</exception>
    public static void EnsurePossible(OciOptions options, TimeProvider time, ILoggerFactory logs)
    {
        var obstacles = new OciProbe(options, time, logs.CreateLogger<OciRuntime>()).FindObstacles();
        if (obstacles is not null) throw new SandboxRuntimeException(obstacles.Summary);
    }

    /// <exception cref="SandboxRuntimeException">No box can be made; the message says what the operator can do.</exception>
    public static async Task<OciRuntime> SelectAsync(
        OciOptions options, Template template, TimeProvider time, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var logger = logs.CreateLogger<OciRuntime>();
        var probed = await new OciProbe(options, time, logger).RunAsync(template, cancellationToken);
        foreach (var warning in probed.Warnings) Log.Warned(logger, warning);
        if (probed.Host is not { } host) throw new SandboxRuntimeException(probed.Summary);

        Log.Selected(logger, probed.Summary);
        return new OciRuntime(options, host, time, logger);
    }

    private static partial class Log
    {
        [LoggerMessage(2300, LogLevel.Information, "Runtime: {Summary}")]
        public static partial void Selected(ILogger logger, string summary);

        [LoggerMessage(2301, LogLevel.Warning, "Runtime: {Warning}")]
        public static partial void Warned(ILogger logger, string warning);
    }
}
