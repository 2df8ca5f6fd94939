using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentSandbox.Server.Problems;

namespace AgentSandbox.Server.Audit;

/// <summary>
/// The end of a chain of entries, to which the next is added. Each holds the hash of the one before it, so that none can be
/// changed, left out, moved or put in without all that follow. Not thread-safe.
/// </summary>
internal sealed class AuditChain(long seq, string head)
{
    /// <summary>Nothing but ASCII: no text in it can forge a line, move a terminal's cursor or turn its direction.</summary>
    private static readonly JsonSerializerOptions Json = new(JsonSettings.Default)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.Default,
        // Other versions may write more.
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    };

    private readonly ArrayBufferWriter<byte> _line = new(1024);

    /// <summary>What the first entry names as the hash before it.</summary>
    public static string Start { get; } = new('0', AuditLine.HashLength);

    /// <summary>The last entry's number; 0 when there is none.</summary>
    public long Seq { get; private set; } = seq;

    /// <summary>The last entry's hash.</summary>
    public string Head { get; private set; } = head;

    /// <summary>Adds an entry, and its line to the target.</summary>
    /// <returns>The line's length, with its end.</returns>
    public int Append(AuditEntry entry, IBufferWriter<byte> target)
    {
        _line.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_line, new JsonWriterOptions { Encoder = Json.Encoder }))
        {
            JsonSerializer.Serialize(writer, entry with { Seq = Seq + 1, Previous = Head, Hash = null }, Json);
        }

        var unsigned = _line.WrittenSpan;
        Head = Convert.ToHexStringLower(SHA256.HashData(unsigned));
        Seq++;
        return AuditLine.Sign(unsigned, Head, target);
    }

    /// <summary>Null when the line is no entry: somebody has made it.</summary>
    public static AuditEntry? TryRead(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditEntry>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
