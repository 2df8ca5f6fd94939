using System.Buffers;
using System.Text.Unicode;
using AgentSandbox.Server.Limits;

namespace AgentSandbox.Server.Commands;

/// <summary>Keeps the first bytes of one output stream up to a bound, or up to what its session still has, and drops the rest.</summary>
internal sealed class OutputCollector(int limit, AnswerHold? hold = null)
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public bool Truncated { get; private set; }

    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    public void Append(ReadOnlySpan<byte> chunk)
    {
        if (Truncated) return;

        var room = Math.Min(limit - _bytes.WrittenCount, chunk.Length);
        if (hold is not null) room = hold.Take(room);
        if (chunk.Length > room)
        {
            Truncated = true;
            chunk = chunk[..room];
        }

        _bytes.Write(chunk);
    }

    /// <summary>
    /// Valid UTF-8 in full, or cut off inside its last character by our own bound: then without the stump of it.
    /// </summary>
    public bool TryGetText(out ReadOnlySpan<byte> text)
    {
        text = _bytes.WrittenSpan;
        if (Utf8.IsValid(text)) return true;
        for (var stump = 1; Truncated && stump <= 3 && stump <= text.Length; stump++)
        {
            if (!Utf8.IsValid(text[..^stump])) continue;
            text = text[..^stump];
            return true;
        }

        return false;
    }
}
