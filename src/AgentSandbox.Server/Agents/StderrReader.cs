using System.Text;
using System.Text.Json;
using AgentSandbox.Server.Commands;

namespace AgentSandbox.Server.Agents;

/// <summary>
/// Splits an agent's stderr into progress (lines that are JSON objects) and everything else, which is kept up to a
/// bound. Hostile by nature: a line without an end is given up as plain text once it is too long for progress.
/// </summary>
internal sealed class StderrReader
{
    private const int MaxProgressLine = 16 * 1024;
    private const int MaxKept = 64 * 1024;
    private const int MaxProgressDepth = 16;

    private readonly OutputCollector _kept = new(MaxKept);
    private readonly List<byte> _line = [];
    private bool _lineIsText;

    public string Text => Encoding.UTF8.GetString(_kept.Bytes.Span);

    /// <summary>Takes the next bytes and returns the progress that they complete.</summary>
    public IReadOnlyList<JsonElement> Read(ReadOnlySpan<byte> chunk)
    {
        List<JsonElement>? progress = null;
        while (chunk.Length > 0)
        {
            var end = chunk.IndexOf((byte)'\n');
            var part = end < 0 ? chunk : chunk[..(end + 1)];
            chunk = chunk[part.Length..];
            if (Take(part, isComplete: end >= 0) is { } element) (progress ??= []).Add(element);
        }

        return progress ?? (IReadOnlyList<JsonElement>)[];
    }

    /// <summary>The stream has ended: a last line without an end is text.</summary>
    public void Complete() => Flush();

    private JsonElement? Take(ReadOnlySpan<byte> part, bool isComplete)
    {
        _line.AddRange(part);
        _lineIsText |= _line.Count > MaxProgressLine;
        JsonElement? progress = null;
        if (isComplete && !_lineIsText) progress = Parse();
        if (progress is not null) _line.Clear();
        else if (isComplete || _lineIsText) Flush();
        if (isComplete) _lineIsText = false;
        return progress;
    }

    private JsonElement? Parse()
    {
        var line = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_line);
        return line.Length == 0 || line[0] != (byte)'{' ? null : SendableJson.TryParse(line, MaxProgressDepth);
    }

    private void Flush()
    {
        _kept.Append(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_line));
        _line.Clear();
    }
}
