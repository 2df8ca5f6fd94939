using System.Globalization;
using AgentSandbox.Bench.Phases;

namespace AgentSandbox.Bench;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchOptions
{
    private const int DefaultPoolSize = 32;

    /// <summary>Few measurements: shows that everything works, proves no number.</summary>
    public bool Quick { get; private init; }

    public bool WithDocker { get; private init; } = true;

    public Subject Subject { get; private init; } = new(Subject.Oci, Subject.Standard);

    /// <summary>The phases to run; all when empty.</summary>
    public IReadOnlySet<string> Only { get; private init; } = new HashSet<string>(StringComparer.Ordinal);

    public string? JsonPath { get; private init; }

    public string ServerPath { get; private init; } = "artifacts/server/AgentSandbox.Server.dll";

    /// <summary>Built templates; the ones of an ordinary server unless told otherwise.</summary>
    public string TemplatesPath { get; private init; } = Path.Combine(DataDirectory(), "templates");

    public int PoolSize { get; private init; } = DefaultPoolSize;

    public static string Usage { get; } =
        $"""
        Usage: bench/run [options]
          --quick            few measurements, about a minute: does everything work?
          --only NAME,…      only these: {string.Join(", ", AllPhases.List.Select(phase => phase.Name))}
          --runtime NAME     how the server makes boxes: {Subject.Oci} (default) or {Subject.Docker}
          --isolation NAME   how strong their wall is: {Subject.Standard} (default) or {Subject.Gvisor}
          --no-docker        measure the server alone
          --json FILE        write the result as JSON too
          --pool N           size of the warm pool ({DefaultPoolSize})
          --server FILE      the server's AgentSandbox.Server.dll
          --templates DIR    built templates (DATA_DIR/templates of an ordinary server)
        """;

    /// <exception cref="BenchException">An option is unknown or wrong.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new BenchOptions();
        var rest = new Queue<string>(arguments);
        while (rest.TryDequeue(out var name))
        {
            options = name switch
            {
                "--quick" => options with { Quick = true },
                "--runtime" => options with { Subject = options.Subject with { Runtime = Choose(name, Subject.Oci, Subject.Docker) } },
                "--isolation" => options with { Subject = options.Subject with { Isolation = Choose(name, Subject.Standard, Subject.Gvisor) } },
                "--no-docker" => options with { WithDocker = false },
                "--only" => options with { Only = ParseNames(ValueOf(name)) },
                "--json" => options with { JsonPath = ValueOf(name) },
                "--pool" => options with { PoolSize = ParsePool(ValueOf(name)) },
                "--server" => options with { ServerPath = ValueOf(name) },
                "--templates" => options with { TemplatesPath = Path.GetFullPath(ValueOf(name)) },
                _ => throw new BenchException($"Unknown option {name}."),
            };
        }

        return options;

        string Choose(string name, params ReadOnlySpan<string> choices)
        {
            var value = ValueOf(name);
            return choices.Contains(value) ? value : throw new BenchException($"{name} must be {string.Join(" or ", choices)}.");
        }

        string ValueOf(string name) => rest.TryDequeue(out var value) ? value : throw new BenchException($"{name} needs a value.");
    }

    private static HashSet<string> ParseNames(string text)
    {
        var names = text.Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        var unknown = names.Except(AllPhases.List.Select(phase => phase.Name), StringComparer.Ordinal).ToList();
        return unknown.Count == 0 ? names : throw new BenchException($"There is no phase {string.Join(", ", unknown)}.");
    }

    private static int ParsePool(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= 400
            ? size
            : throw new BenchException("--pool must be 1 to 400.");

    private static string DataDirectory() =>
        Environment.GetEnvironmentVariable("DATA_DIR")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local/share/agent-sandbox");
}
