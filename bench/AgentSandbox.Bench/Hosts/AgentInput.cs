using System.Text;
using System.Text.Json;

namespace AgentSandbox.Bench.Hosts;

/// <summary>What the text-analysis agent is given.</summary>
internal static class AgentInput
{
    private const string Sentences =
        "The new release is surprisingly good: it starts quickly, and the documentation answers most questions. " +
        "I was not happy with the old installer, which failed twice on my laptop without a useful message. " +
        "Support replied within an hour and solved the problem. The price is still rather high for small teams. ";

    /// <summary>Ordinary prose of exactly this many characters.</summary>
    public static string Text(int length)
    {
        var text = new StringBuilder(length + Sentences.Length);
        while (text.Length < length) text.Append(Sentences);
        return text.ToString(0, length);
    }

    /// <summary>The agent's own input, as the server would pass it to its stdin.</summary>
    public static string Json(string text) => JsonSerializer.Serialize(new { input = text });
}
