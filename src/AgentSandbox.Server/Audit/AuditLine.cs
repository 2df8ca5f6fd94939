using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AgentSandbox.Server.Audit;

/// <summary>
/// The form of a line: <c>{"seq":N,"previous":"HASH",…,"hash":"HASH"}</c>. What the chain is made of stands at fixed places, so
/// that checking it takes no parser.
/// </summary>
/// <param name="IsIntact">The line has the hash that it names.</param>
internal readonly record struct AuditLine(long Seq, string Previous, string Hash, bool IsIntact)
{
    public const int HashLength = 64;

    private const int SuffixLength = 75;

    private static ReadOnlySpan<byte> SeqName => "{\"seq\":"u8;

    private static ReadOnlySpan<byte> PreviousName => ",\"previous\":\""u8;

    private static ReadOnlySpan<byte> HashName => ",\"hash\":\""u8;

    /// <summary>Writes a line that has no hash yet, with it.</summary>
    public static int Sign(ReadOnlySpan<byte> unsigned, string hash, IBufferWriter<byte> target)
    {
        target.Write(unsigned[..^1]);
        target.Write(HashName);
        Span<byte> hex = stackalloc byte[HashLength];
        Encoding.ASCII.GetBytes(hash, hex);
        target.Write(hex);
        target.Write("\"}\n"u8);
        return unsigned.Length + SuffixLength;
    }

    /// <summary>Reads a line without its end. It is changed meanwhile, and then as it was.</summary>
    /// <returns>False when it does not have the form of a line.</returns>
    public static bool TryRead(Span<byte> line, out AuditLine read)
    {
        read = default;
        if (!line.StartsWith(SeqName) || line.Length < SuffixLength + SeqName.Length) return false;
        if (!Utf8Parser.TryParse(line[SeqName.Length..], out long seq, out var digits)) return false;

        var rest = line[(SeqName.Length + digits)..];
        if (!rest.StartsWith(PreviousName) || rest.Length < PreviousName.Length + HashLength + SuffixLength) return false;
        var suffix = line[^SuffixLength..];
        if (!suffix.StartsWith(HashName) || !suffix.EndsWith("\"}"u8)) return false;

        var previous = Encoding.ASCII.GetString(rest.Slice(PreviousName.Length, HashLength));
        var hash = Encoding.ASCII.GetString(suffix.Slice(HashName.Length, HashLength));
        read = new AuditLine(seq, previous, hash, ComputeHash(line) == hash);
        return true;
    }

    private static string ComputeHash(Span<byte> line)
    {
        // As it was before it had a hash: with a brace in place of the comma.
        var end = line.Length - SuffixLength;
        line[end] = (byte)'}';
        var hash = Convert.ToHexStringLower(SHA256.HashData(line[..(end + 1)]));
        line[end] = (byte)',';
        return hash;
    }
}
