using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentSandbox.Server.Configuration;

/// <summary>
/// Reads settings by the name of their environment variable and collects every error, so that an operator sees all of
/// them at once. An unset or blank variable gives the default.
/// </summary>
internal sealed partial class EnvironmentReader(IConfiguration configuration)
{
    private readonly List<string> _errors = [];

    public IReadOnlyList<string> Errors => _errors;

    public string? Text(string name) =>
        configuration[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    public string Text(string name, string fallback) => Text(name) ?? fallback;

    /// <summary>Texts with commas between; none when unset.</summary>
    public IReadOnlyList<string> List(string name) =>
        Text(name)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    public int Integer(string name, int fallback, int minimum, int maximum) =>
        (int)Long(name, fallback, minimum, maximum);

    public long Long(string name, long fallback, long minimum, long maximum)
    {
        if (Text(name) is not { } text) return fallback;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= minimum && value <= maximum)
        {
            return value;
        }

        return Reject(name, text, $"a whole number from {minimum} to {maximum}", fallback);
    }

    public double Number(string name, double fallback, double minimum, double maximum)
    {
        if (Text(name) is not { } text) return fallback;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value >= minimum && value <= maximum)
        {
            return value;
        }

        var range = string.Create(CultureInfo.InvariantCulture, $"a number from {minimum} to {maximum}");
        return Reject(name, text, range, fallback);
    }

    /// <summary>A size such as <c>512m</c>, <c>1g</c> or a plain number of bytes; units are powers of 1024.</summary>
    public long Bytes(string name, long fallback, long minimum, long maximum)
    {
        if (Text(name) is not { } text) return fallback;
        if (TryParseBytes(text, out var value) && value >= minimum && value <= maximum) return value;

        return Reject(name, text, $"a size from {FormatBytes(minimum)} to {FormatBytes(maximum)}, such as 512m or 2g", fallback);
    }

    public bool Flag(string name, bool fallback) => Text(name)?.ToLowerInvariant() switch
    {
        null => fallback,
        "true" or "1" or "yes" => true,
        "false" or "0" or "no" => false,
        var text => Reject(name, text, "true or false", fallback),
    };

    public string Choice(string name, string fallback, params ReadOnlySpan<string> choices)
    {
        if (Text(name) is not { } text) return fallback;
        var lower = text.ToLowerInvariant();
        return choices.Contains(lower) ? lower : Reject(name, text, $"one of {string.Join(", ", choices!)}", fallback);
    }

    public T Reject<T>(string name, string value, string expected, T fallback)
    {
        _errors.Add($"{name} is '{value}', but must be {expected}.");
        return fallback;
    }

    internal static bool TryParseBytes(string text, out long value)
    {
        value = 0;
        if (Size.Match(text) is not { Success: true } match) return false;
        var shift = match.Groups["unit"].Value.ToLowerInvariant() switch { "k" => 10, "m" => 20, "g" => 30, "t" => 40, _ => 0 };
        if (!long.TryParse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        if (number > long.MaxValue >> shift) return false;

        value = number << shift;
        return true;
    }

    internal static string FormatBytes(long bytes) => bytes switch
    {
        >= 1L << 30 when bytes % (1L << 30) == 0 => $"{bytes >> 30}g",
        >= 1L << 20 when bytes % (1L << 20) == 0 => $"{bytes >> 20}m",
        >= 1L << 10 when bytes % (1L << 10) == 0 => $"{bytes >> 10}k",
        _ => bytes.ToString(CultureInfo.InvariantCulture),
    };

    [GeneratedRegex("^(?<number>[0-9]{1,18})(?<unit>[kmgt]?)i?b?$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Size { get; }
}
