using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>
/// Follows what an engine says during a long operation. It answers 200 before it begins; how it went is in what it says.
/// </summary>
internal sealed class EngineMessages(Action<string>? onLine = null) : IProgress<JSONMessage>
{
    private const int MaxWords = 512;
    private const int KeptLines = 8;

    private readonly Queue<string> _lastLines = new();

    public void Report(JSONMessage value)
    {
        if (value.Error is { } error) Failure ??= Bound(error.Message ?? "it did not say why");
        if (value.Stream is not { } stream || Bound(stream) is not { Length: > 0 } line) return;

        if (_lastLines.Count == KeptLines) _lastLines.Dequeue();
        _lastLines.Enqueue(line);
        onLine?.Invoke(line);
    }

    /// <summary>The engine's words, when it failed.</summary>
    public string? Failure { get; private set; }

    public IReadOnlyCollection<string> LastLines => _lastLines;

    /// <summary>The engine's own words in a refusal.</summary>
    public static string WordsOf(DockerApiException refusal)
    {
        try
        {
            using var body = JsonDocument.Parse(refusal.ResponseBody ?? "");
            if (body.RootElement.TryGetProperty("message", out var message)) return Bound(message.GetString() ?? "");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not its usual form: then as it came.
        }

        return Bound(refusal.Message);
    }

    /// <summary>One line of bounded length, for what comes from an engine may come from an image.</summary>
    public static string Bound(string words)
    {
        var line = new string([.. words.Take(MaxWords).Select(letter => char.IsControl(letter) ? ' ' : letter)]).Trim();
        return words.Length > MaxWords ? line + "…" : line;
    }
}
