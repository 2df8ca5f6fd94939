using AgentSandbox.Server.Access;
using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Commands;
using AgentSandbox.Server.Limits;
using AgentSandbox.Server.Limits.Quotas;
using AgentSandbox.Server.Pools;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Docker;
using AgentSandbox.Server.Runtimes.Oci;
using AgentSandbox.Server.Sessions;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Configuration;

/// <summary>
/// The one place that reads environment variables. Everything behind it takes typed options.
/// </summary>
internal sealed record ServerConfiguration(
    int Port,
    AccessOptions Access,
    AuditOptions Audit,
    ServerPaths Paths,
    LogLevel LogLevel,
    RateLimitOptions RateLimits,
    QuotaOptions Quotas,
    SessionOptions Sessions,
    CommandOptions Commands,
    PoolOptions Pool,
    TemplateOptions Templates,
    string Runtime,
    OciOptions Oci,
    DockerOptions Docker,
    WallAllowances AllowedToMiss,
    IReadOnlyList<string> IgnoredVariables)
{
    /// <summary>Of the original design, and without effect until what they set exists. Whoever sets one is told.</summary>
    private static readonly string[] NotYetUsed = ["REDIS_HOST"];

    /// <summary>What <c>RUNTIME</c> may be.</summary>
    public const string RuntimeAuto = "auto", RuntimeOci = "oci", RuntimeDocker = "docker";

    /// <summary>An engine makes the boxes, whatever else this machine could do.</summary>
    public bool UsesEngine => Runtime == RuntimeDocker || (Runtime == RuntimeAuto && Docker.IsConfigured);

    private const long Day = 86_400_000;
    private const long Tebibyte = 1L << 40;

    /// <exception cref="ConfigurationException">At least one variable is wrong; the message names them all.</exception>
    public static ServerConfiguration Read(IConfiguration source)
    {
        var reader = new EnvironmentReader(source);
        var paths = ReadPaths(reader);
        var commands = ReadCommands(reader);
        var sessions = ReadSessions(reader, commands);
        var allowUnenforcedLimits = reader.Flag("ALLOW_UNENFORCED_LIMITS", false);
        var configuration = new ServerConfiguration(
            reader.Integer("PORT", 3001, 0, 65_535),
            AccessReader.Read(reader, paths.DataDirectory),
            ReadAudit(reader, paths),
            paths,
            ReadLogLevel(reader),
            LimitsReader.ReadRates(reader),
            LimitsReader.ReadQuotas(reader),
            sessions,
            commands,
            new PoolOptions { Size = reader.Integer("WARM_POOL_SIZE", 4, 0, 1_000), Template = sessions.Template, Isolation = sessions.Isolation, Limits = sessions.Limits },
            new TemplateOptions(Path.Combine(paths.DataDirectory, "templates"), paths.GuestPath, paths.AgentsDirectory, reader.Text("DEBIAN_MIRROR")),
            reader.Choice("RUNTIME", RuntimeAuto, RuntimeAuto, RuntimeOci, RuntimeDocker),
            ReadOci(reader, paths, allowUnenforcedLimits),
            ReadDocker(reader, paths, allowUnenforcedLimits),
            new WallAllowances(reader.Flag("ALLOW_MISSING_WALLS", false), allowUnenforcedLimits),
            [.. NotYetUsed.Where(name => reader.Text(name) is not null)]);

        return reader.Errors.Count == 0 ? configuration : throw new ConfigurationException(reader.Errors);
    }

    private static ServerPaths ReadPaths(EnvironmentReader reader)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return new ServerPaths(
            Path.GetFullPath(reader.Text("DATA_DIR", Path.Combine(home, ".local/share/agent-sandbox"))),
            InstalledPart("AGENT_SANDBOX_GUEST", "artifacts/guest/sandboxd"),
            InstalledPart("AGENT_SANDBOX_AGENTS", "agents"),
            InstalledPart("AGENT_SANDBOX_TEMPLATES", "templates"),
            InstalledPart("AGENT_SANDBOX_WEB", "web/dist"));

        // By default the server lies in artifacts/server of a checkout, or of an installed copy of the same shape.
        string InstalledPart(string name, string relative) =>
            Path.GetFullPath(reader.Text(name, Path.Combine(AppContext.BaseDirectory, "../..", relative)));
    }

    private static LogLevel ReadLogLevel(EnvironmentReader reader) =>
        reader.Choice("LOG_LEVEL", "info", "trace", "debug", "info", "warn", "error") switch
        {
            "trace" => LogLevel.Trace,
            "debug" => LogLevel.Debug,
            "warn" => LogLevel.Warning,
            "error" => LogLevel.Error,
            _ => LogLevel.Information,
        };

    private static SessionOptions ReadSessions(EnvironmentReader reader, CommandOptions commands)
    {
        var defaults = new SessionOptions();
        var least = SessionOptions.MinLimits;
        var maximum = new SandboxLimits(
            reader.Bytes("CONTAINER_MEMORY_MAX", defaults.MaxLimits.MemoryBytes, least.MemoryBytes, Tebibyte),
            reader.Number("CONTAINER_CPU_MAX", defaults.MaxLimits.Cpus, least.Cpus, 1_024),
            reader.Integer("CONTAINER_PIDS_MAX", defaults.MaxLimits.Pids, least.Pids, 32_768),
            reader.Bytes("CONTAINER_DISK_MAX", defaults.MaxLimits.DiskBytes, least.DiskBytes, Tebibyte));
        var memory = reader.Bytes("CONTAINER_MEMORY_LIMIT", Math.Min(defaults.Limits.MemoryBytes, maximum.MemoryBytes), least.MemoryBytes, maximum.MemoryBytes);
        var maxDisk = Math.Min(maximum.DiskBytes, SandboxLimits.MaxDiskBytesFor(memory));
        var maxTimeout = reader.Long("SESSION_MAX_TIMEOUT_MS", defaults.MaxTimeoutMs, 1_000, 30 * Day);
        return new SessionOptions
        {
            Template = reader.Text("DEFAULT_TEMPLATE", defaults.Template),
            Isolation = reader.Choice("DEFAULT_ISOLATION", defaults.Isolation, RuntimeCapabilities.Standard, RuntimeCapabilities.Gvisor, RuntimeCapabilities.Vm),
            MaxTimeoutMs = maxTimeout,
            TimeoutMs = reader.Long("SESSION_TIMEOUT_MS", Math.Min(defaults.TimeoutMs, maxTimeout), 1_000, maxTimeout),
            MaxConcurrent = reader.Integer("MAX_CONCURRENT_SESSIONS", defaults.MaxConcurrent, 1, 10_000),
            MaxStreams = reader.Integer("SESSION_MAX_STREAMS", defaults.MaxStreams, 1, 1_000),
            MaxAnswerBytes = Math.Max(defaults.MaxAnswerBytes, 2L * commands.MaxOutputBytes),
            LostGrace = TimeSpan.FromMilliseconds(reader.Long("SESSION_LOST_GRACE_MS", (long)defaults.LostGrace.TotalMilliseconds, 0, 3_600_000)),
            MaxLimits = maximum,
            Limits = new SandboxLimits(
                memory,
                reader.Number("CONTAINER_CPU_LIMIT", Math.Min(defaults.Limits.Cpus, maximum.Cpus), least.Cpus, maximum.Cpus),
                reader.Integer("CONTAINER_PIDS_LIMIT", Math.Min(defaults.Limits.Pids, maximum.Pids), least.Pids, maximum.Pids),
                reader.Bytes("CONTAINER_DISK_LIMIT", Math.Min(defaults.Limits.DiskBytes, maxDisk), least.DiskBytes, maxDisk)),
        };
    }

    private static CommandOptions ReadCommands(EnvironmentReader reader)
    {
        var defaults = new CommandOptions();
        var maxTimeout = reader.Long("COMMAND_MAX_TIMEOUT_MS", defaults.MaxTimeoutMs, 1_000, 30 * Day);
        return new CommandOptions
        {
            MaxTimeoutMs = maxTimeout,
            TimeoutMs = reader.Long("COMMAND_TIMEOUT_MS", Math.Min(defaults.TimeoutMs, maxTimeout), 1, maxTimeout),
            MaxOutputBytes = (int)reader.Bytes("COMMAND_MAX_OUTPUT_BYTES", defaults.MaxOutputBytes, 1 << 10, 64 << 20),
        };
    }

    private static AuditOptions ReadAudit(EnvironmentReader reader, ServerPaths paths)
    {
        var defaults = new AuditOptions(Path.Combine(paths.DataDirectory, "audit"));
        return defaults with
        {
            IsOn = reader.Choice("AUDIT", "on", "on", "off") == "on",
            MaxFileBytes = reader.Bytes("AUDIT_MAX_FILE_BYTES", defaults.MaxFileBytes, 64 << 10, 4L << 30),
            MaxFiles = reader.Integer("AUDIT_MAX_FILES", defaults.MaxFiles, 2, 10_000),
        };
    }

    private static OciOptions ReadOci(EnvironmentReader reader, ServerPaths paths, bool allowUnenforcedLimits) => new()
    {
        StateDirectory = Path.Combine(paths.DataDirectory, "boxes"),
        LauncherPath = paths.GuestPath,
        Runtime = reader.Text("OCI_RUNTIME", "auto"),
        GvisorRuntime = reader.Text("GVISOR_RUNTIME", "runsc"),
        GvisorPlatform = reader.Text("GVISOR_PLATFORM"),
        AllowUnenforcedLimits = allowUnenforcedLimits,
        ProcMode = reader.Choice("PROC_MODE", "compat", "compat", "strict") is "strict" ? ProcMode.Strict : ProcMode.Compat,
    };

    private static DockerOptions ReadDocker(EnvironmentReader reader, ServerPaths paths, bool allowUnenforcedLimits) => new()
    {
        Endpoints = ReadEndpoints(reader),
        IsConfigured = reader.Text("DOCKER_SOCKET") is not null || reader.Text("DOCKER_HOSTS") is not null,
        StateDirectory = Path.Combine(paths.DataDirectory, "docker"),
        GvisorRuntime = reader.Text("DOCKER_GVISOR_RUNTIME", "runsc"),
        VmRuntime = reader.Text("DOCKER_VM_RUNTIME", "kata"),
        AllowUnenforcedLimits = allowUnenforcedLimits,
    };

    private static List<DockerEndpoint> ReadEndpoints(EnvironmentReader reader)
    {
        var name = reader.Text("DOCKER_HOSTS") is null ? "DOCKER_SOCKET" : "DOCKER_HOSTS";
        var endpoints = new List<DockerEndpoint>();
        foreach (var text in reader.List(name) is { Count: > 0 } named ? named : [DockerEndpoint.DefaultSocket])
        {
            if (DockerEndpoint.TryParse(text) is not { } endpoint) reader.Reject(name, text, DockerEndpoint.Form, endpoints);
            else if (endpoints.Exists(other => other.Name == endpoint.Name)) reader.Reject(name, text, "a host with a name of its own: add ?name=NAME", endpoints);
            else endpoints.Add(endpoint);
        }

        return endpoints;
    }
}
