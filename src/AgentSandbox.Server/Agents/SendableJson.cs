using System.Text.Json;
using System.Text.Unicode;

namespace AgentSandbox.Server.Agents;

/// <summary>JSON that a box has written can be read and yet be impossible to write again, such as half of a surrogate pair.</summary>
internal static class SendableJson
{
    /// <summary>Null when it is no JSON, or none that can be sent to a client.</summary>
    public static JsonElement? TryParse(ReadOnlySpan<byte> text, int maxDepth)
    {
        // The parser looks only for quotes and backslashes in texts, and fails later, when one is asked for.
        if (!Utf8.IsValid(text)) return null;
        try
        {
            var element = JsonElement.Parse(text, new JsonDocumentOptions { MaxDepth = maxDepth });
            _ = JsonSerializer.SerializeToUtf8Bytes(element);
            return element;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}
