using System.Collections;

namespace AgentSandbox.Server.Observability;

/// <summary>What every log line of a request carries beside its own properties.</summary>
internal sealed class RequestScope(string? sessionId, string? ip, string requestId) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 3;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("sessionId", sessionId),
        1 => new("ip", ip),
        _ => new("requestId", requestId),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
