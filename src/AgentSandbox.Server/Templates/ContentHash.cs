using System.Security.Cryptography;
using System.Text;

namespace AgentSandbox.Server.Templates;

/// <summary>A hash over a list of texts and files. Each part is preceded by its length, so that no two lists run together.</summary>
internal sealed class ContentHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public ContentHash Add(string text) => Add(Encoding.UTF8.GetBytes(text));

    public ContentHash Add(IEnumerable<string> texts)
    {
        foreach (var text in texts) Add(text);
        return Add("");
    }

    public ContentHash AddFile(string path) => Add(File.ReadAllBytes(path));

    /// <summary>32 characters of <c>0-9 a-f</c>: long enough never to collide, short enough for the name of a directory.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset())[..32];

    public void Dispose() => _hash.Dispose();

    private ContentHash Add(byte[] bytes)
    {
        _hash.AppendData(BitConverter.GetBytes(bytes.LongLength));
        _hash.AppendData(bytes);
        return this;
    }
}
