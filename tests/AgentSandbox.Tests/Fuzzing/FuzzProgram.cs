using System.Globalization;

namespace AgentSandbox.Tests.Fuzzing;

/// <summary>
/// The long run: <c>AgentSandbox.Tests.dll fuzz [--inputs N] [--seconds N] [--seed N] [--out DIRECTORY] [TARGET…]</c>. Prints a
/// row per target; inputs that fail are written to files, and the exit code is 1. <c>--input FILE</c> feeds such a file again.
/// </summary>
internal static class FuzzProgram
{
    public const string Verb = "fuzz";

    private static readonly string[] Columns = ["target", "inputs", "inputs/s", "known", "slowest ms", "largest allocation", "failures"];

    public static int Run(IReadOnlyList<string> arguments)
    {
        var options = Options(arguments, out var names);
        var inputs = Number("--inputs", 10_000_000);
        var time = TimeSpan.FromSeconds(Number("--seconds", int.MaxValue));
        var seed = (int)Number("--seed", 1);
        var directory = options.GetValueOrDefault("--out", "artifacts/fuzz");
        var targets = FuzzTargets.All.Where(target => names.Count == 0 || names.Contains(target.Name)).ToArray();

        if (options.TryGetValue("--input", out var file)) return Repeat(targets, File.ReadAllBytes(file));

        Print(Columns);
        var failed = 0;
        foreach (var target in targets)
        {
            var report = new Fuzzer(target, seed).Run(inputs, time, CancellationToken.None);
            Print(Row(report));
            foreach (var failure in report.Failures) Keep(directory, report.Target, failure);
            failed += report.Failures.Count;
        }
        return failed == 0 && targets.Length > 0 ? 0 : 1;

        long Number(string name, long fallback) =>
            options.TryGetValue(name, out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : fallback;
    }

    /// <summary>What a target throws then comes out as it is, and a hang can be looked at.</summary>
    private static int Repeat(IEnumerable<FuzzTarget> targets, byte[] input)
    {
        foreach (var target in targets) Console.WriteLine($"{target.Name}: {target.Run(input)}");
        return 0;
    }

    private static Dictionary<string, string> Options(IReadOnlyList<string> arguments, out List<string> names)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        names = [];
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i].StartsWith("--", StringComparison.Ordinal)) options[arguments[i]] = arguments[++i];
            else names.Add(arguments[i]);
        }
        return options;
    }

    private static string[] Row(FuzzReport report) =>
    [
        report.Target,
        report.Inputs.ToString(CultureInfo.InvariantCulture),
        (report.Inputs / report.Elapsed.TotalSeconds).ToString("0", CultureInfo.InvariantCulture),
        report.Known.ToString(CultureInfo.InvariantCulture),
        report.Slowest.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture),
        report.MostAllocated.ToString(CultureInfo.InvariantCulture),
        report.Failures.Count.ToString(CultureInfo.InvariantCulture),
    ];

    private static void Print(IEnumerable<string> cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");

    private static void Keep(string directory, string target, FuzzFailure failure)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, $"{target}-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(failure.Input))[..12]}");
        File.WriteAllBytes(path, failure.Input);
        Console.WriteLine($"{path}: {failure.Reason}");
    }
}
