using System.Security.Cryptography;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>
/// What a server keeps about its containers on its own disk: a name that no other server has, because engines can be shared
/// between machines; and the lock that keeps a second server from taking that name. Held by the runtime for its life.
/// </summary>
internal sealed class DockerState : IDisposable
{
    private readonly FileStream _lock;

    private DockerState(FileStream held, string serverName) => (_lock, ServerName) = (held, serverName);

    /// <summary>Labels the containers, and begins their names. The same in every life of the server.</summary>
    public string ServerName { get; }

    /// <exception cref="SandboxRuntimeException">Another server has it.</exception>
    public static DockerState Open(string directory)
    {
        var held = StateLock.Take(directory);
        try
        {
            return new DockerState(held, $"agent-sandbox-{ReadOrMakeId(Path.Combine(directory, "server-id"))}");
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public void Dispose() => _lock.Dispose();

    private static string ReadOrMakeId(string path)
    {
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: 8 } id && id.All(char.IsAsciiHexDigitLower)) return id;

        id = RandomNumberGenerator.GetHexString(8, lowercase: true);
        File.WriteAllText(path + ".new", id);
        File.Move(path + ".new", path, overwrite: true);
        return id;
    }
}
