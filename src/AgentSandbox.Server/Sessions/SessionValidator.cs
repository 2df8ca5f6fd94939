using AgentSandbox.Server.Problems;
using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.Server.Sessions;

/// <summary>Checks what callers ask for against the operator's bounds, and fills in the defaults.</summary>
internal sealed class SessionValidator(SessionOptions options, RuntimeOffer offer)
{
    public const long MinTimeoutMs = 1_000;
    private const int MaxLabels = 64;
    private const int MaxVariables = 256;

    public (SessionRequest Request, ValidationErrors Errors) Validate(CreateSessionRequest? body)
    {
        body ??= new CreateSessionRequest();
        var errors = new ValidationErrors();
        var isolation = body.Isolation ?? options.Isolation;
        if (!offer.Found.ContainsKey(isolation)) errors.Add("isolation", $"must be one of {string.Join(", ", offer.Isolations)}: nothing else is installed here.");
        errors.Text("template", body.Template, 64);
        CheckTimeout(body.TimeoutMs, errors);
        CheckLimits(body.Limits, errors);
        CheckEnvironment(body.Env, "env", errors);
        CheckMetadata(body.Metadata, errors);

        return (new SessionRequest(
            body.Template ?? options.Template,
            isolation,
            body.TimeoutMs ?? options.TimeoutMs,
            Merge(body.Limits),
            Pairs(body.Env),
            Pairs(body.Metadata)), errors);
    }

    public ValidationErrors Validate(UpdateSessionRequest body)
    {
        var errors = new ValidationErrors();
        CheckTimeout(body.TimeoutMs, errors);
        CheckMetadata(body.Metadata, errors);
        return errors;
    }

    public static void CheckEnvironment(IReadOnlyDictionary<string, string?>? variables, string field, ValidationErrors errors)
    {
        errors.Pairs(field, variables, MaxVariables, 256, 32_768);
        foreach (var name in variables?.Keys ?? [])
        {
            if (name.Contains('=', StringComparison.Ordinal)) errors.Add(field, $"has the name '{ValidationErrors.Shorten(name)}': the name of a variable must not hold '='.");
        }
    }

    public static IReadOnlyDictionary<string, string> Pairs(IReadOnlyDictionary<string, string?>? pairs) =>
        pairs is null
            ? new Dictionary<string, string>(StringComparer.Ordinal)
            : pairs.ToDictionary(pair => pair.Key, pair => pair.Value ?? "", StringComparer.Ordinal);

    private void CheckTimeout(long? timeoutMs, ValidationErrors errors) =>
        errors.Range("timeoutMs", timeoutMs, MinTimeoutMs, options.MaxTimeoutMs, "milliseconds");

    private void CheckLimits(LimitsRequest? limits, ValidationErrors errors)
    {
        var (least, most) = (SessionOptions.MinLimits, options.MaxLimits);
        errors.Range("limits.memoryBytes", limits?.MemoryBytes, least.MemoryBytes, most.MemoryBytes, "bytes");
        errors.Range("limits.cpus", limits?.Cpus, least.Cpus, most.Cpus, "processors");
        errors.Range("limits.pids", limits?.Pids, least.Pids, most.Pids, "processes");
        var merged = Merge(limits);
        var mostDisk = Math.Min(most.DiskBytes, SandboxLimits.MaxDiskBytesFor(merged.MemoryBytes));
        errors.Range("limits.diskBytes", limits?.DiskBytes, least.DiskBytes, mostDisk, $"bytes, because files live in the {merged.MemoryBytes} bytes of memory");
    }

    private static void CheckMetadata(IReadOnlyDictionary<string, string?>? metadata, ValidationErrors errors) =>
        errors.Pairs("metadata", metadata, MaxLabels, 128, 1_024);

    private SandboxLimits Merge(LimitsRequest? limits)
    {
        var memory = limits?.MemoryBytes ?? options.Limits.MemoryBytes;
        return new SandboxLimits(
            memory,
            limits?.Cpus ?? options.Limits.Cpus,
            limits?.Pids ?? options.Limits.Pids,
            limits?.DiskBytes ?? Math.Min(options.Limits.DiskBytes, SandboxLimits.MaxDiskBytesFor(memory)));
    }
}
