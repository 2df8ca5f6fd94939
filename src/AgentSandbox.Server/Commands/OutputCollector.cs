using System.Buffers;
using System.Text.Unicode;

namespace AgentSandbox.Server.Commands;

/// <summary>Keeps the first bytes of one output stream up to a bound and drops the rest.</summary>
internal sealed class OutputCollector(int limit)
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public bool Truncated { get; private set; }

    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    public void Append(ReadOnlySpan<byte> chunk)
    {
        var room = limit - _bytes.WrittenCount;
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
