using System.Text.Json;

namespace AgentSandbox.Server.Agents;

/// <summary>JSON that a box has written can be valid and yet impossible to write again, such as half of a surrogate pair.</summary>
internal static class SendableJson
{
    /// <summary>A copy that can be sent to a client.</summary>
    /// <exception cref="JsonException">It cannot be written.</exception>
    public static JsonElement AsSendable(this JsonElement element)
    {
        try
        {
            _ = JsonSerializer.SerializeToUtf8Bytes(element);
            return element.Clone();
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            throw new JsonException("A text in it is not valid Unicode.", exception);
        }
    }
}
