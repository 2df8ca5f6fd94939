namespace AgentSandbox.Server.Access;

/// <summary>
/// Tells a request that a proxy has passed on. Where no proxy is trusted, it looks as if it came from this machine, but may come
/// from anywhere: it is nobody's, and not local.
/// </summary>
internal static class ForwardedRequest
{
    private static readonly string[] Traces = ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"];

    public static bool IsForwarded(this HttpRequest request)
    {
        foreach (var trace in Traces)
        {
            if (request.Headers.ContainsKey(trace)) return true;
        }

        return false;
    }
}
