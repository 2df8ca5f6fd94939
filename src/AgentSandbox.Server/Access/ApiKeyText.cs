using System.Security.Cryptography;
using System.Text;

namespace AgentSandbox.Server.Access;

/// <summary>
/// A key as its holder has it: <c>ask_ID_SECRET</c>. The prefix lets scanners of sources and logs find one that leaked.
/// </summary>
internal readonly record struct ApiKeyText(string Id, string Secret)
{
    public const string Prefix = "ask_";

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int IdLength = 12;
    private const int SecretLength = 52;         // 260 bits

    public static ApiKeyText Generate() =>
        new(RandomNumberGenerator.GetString(Alphabet, IdLength), RandomNumberGenerator.GetString(Alphabet, SecretLength));

    public static bool TryParse(string text, out ApiKeyText key)
    {
        key = default;
        if (text.Length != Prefix.Length + IdLength + 1 + SecretLength) return false;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || text[Prefix.Length + IdLength] != '_') return false;

        key = new ApiKeyText(text.Substring(Prefix.Length, IdLength), text[(Prefix.Length + IdLength + 1)..]);
        return true;
    }

    public byte[] Hash() => SHA256.HashData(Encoding.UTF8.GetBytes(Secret));

    public override string ToString() => $"{Prefix}{Id}_{Secret}";
}
