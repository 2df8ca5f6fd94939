using System.Buffers;
using System.Globalization;
using System.Text;

namespace AgentSandbox.Server.Observability;

/// <summary>
/// Text in which nothing ends a line, drives a terminal or turns the direction of reading: what would is shown as the escape
/// that JSON has for it.
/// </summary>
internal static class VisibleText
{
    /// <summary>Control characters, the other ends of lines, and the marks, embeddings, overrides and isolates of Unicode's bidirectional text.</summary>
    private static readonly SearchValues<char> Deceptive = SearchValues.Create(
    [
        .. Enumerable.Range(0, char.MaxValue).Select(value => (char)value).Where(char.IsControl),
        '\u061c', '\u200e', '\u200f', '\u2028', '\u2029', '\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069',
    ]);

    public static string Of(string text)
    {
        if (text.AsSpan().IndexOfAny(Deceptive) < 0) return text;

        var visible = new StringBuilder(text.Length + 16);
        foreach (var letter in text)
        {
            if (Deceptive.Contains(letter)) visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            else visible.Append(letter);
        }
        return visible.ToString();
    }
}
