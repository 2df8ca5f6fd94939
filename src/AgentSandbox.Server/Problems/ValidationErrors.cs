using System.Globalization;
using System.Text;

namespace AgentSandbox.Server.Problems;

/// <summary>
/// Collects what is wrong with a request, by field, so that a caller sees all of it at once: the first
/// <see cref="MaxMessages"/>, for a small body can be wrong in very many places.
/// </summary>
internal sealed class ValidationErrors
{
    /// <summary>Of a field's name as it is told: names inside a body are the caller's.</summary>
    public const int MaxField = 128;

    private const int MaxMessages = 100;
    private const int MaxName = 64;

    private readonly SortedDictionary<string, List<string>> _fields = new(StringComparer.Ordinal);
    private int _messages;

    /// <summary>What else is wrong will not be told.</summary>
    public bool IsFull => _messages >= MaxMessages;

    public bool Any => _fields.Count > 0;

    public IReadOnlyDictionary<string, string[]> Fields =>
        _fields.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray(), StringComparer.Ordinal);

    public void Add(string field, string message)
    {
        if (IsFull) return;
        _messages++;
        if (field.Length > MaxField) field = field[..MaxField];
        if (!_fields.TryGetValue(field, out var messages)) _fields[field] = messages = [];
        messages.Add(message);
    }

    public void Range(string field, long? value, long minimum, long maximum, string unit)
    {
        if (value is { } given && (given < minimum || given > maximum))
        {
            Add(field, $"is {given}, but must be from {minimum} to {maximum} {unit}.");
        }
    }

    public void Range(string field, double? value, double minimum, double maximum, string unit)
    {
        if (value is { } given && !(given >= minimum && given <= maximum))
        {
            Add(field, string.Create(CultureInfo.InvariantCulture, $"is {given}, but must be from {minimum} to {maximum} {unit}."));
        }
    }

    /// <summary>A text that may be absent, and otherwise has 1 to <paramref name="maximum"/> characters and no NUL.</summary>
    public void Text(string field, string? value, int maximum)
    {
        if (value is null) return;
        if (value.Length == 0 || value.Length > maximum) Add(field, $"has {value.Length} characters, but must have 1 to {maximum}.");
        if (value.Contains('\0', StringComparison.Ordinal)) Add(field, "must not hold a NUL character.");
    }

    /// <summary>Names and values of labels or of an environment.</summary>
    public void Pairs(string field, IReadOnlyDictionary<string, string?>? pairs, int maxCount, int maxKey, int maxValue)
    {
        if (pairs is null) return;
        if (pairs.Count > maxCount) Add(field, $"has {pairs.Count} entries, but may have at most {maxCount}.");
        foreach (var (key, value) in pairs)
        {
            var name = $"{field}.{Shorten(key)}";
            Text(name, key, maxKey);
            if (value is null) Add(name, "is null, but must be a text.");
            else if (value.Length > 0) Text(name, value, maxValue);
        }
    }

    /// <summary>A name of the caller's, as an answer can repeat it.</summary>
    public static string Shorten(string name) =>
        new StringBuilder(name, 0, Math.Min(name.Length, MaxName), MaxName).Replace('\0', '?').ToString();
}
