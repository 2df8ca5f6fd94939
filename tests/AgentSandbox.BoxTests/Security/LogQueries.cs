using System.Text.Json;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Security;

internal static class LogQueries
{
    /// <summary>The line of a request, which is written when its answer has been sent.</summary>
    public static async Task<JsonElement> LineOfAsync(this LogCapture log, string requestId)
    {
        string? line = null;
        await Eventually.BecomesTrueAsync(() => Task.FromResult((line = log.Lines.LastOrDefault(text => text.Contains($"\"{requestId}\"", StringComparison.Ordinal))) is not null));
        return JsonDocument.Parse(line!).RootElement;
    }
}
