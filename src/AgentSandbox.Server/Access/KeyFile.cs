using System.Text.Json;
using AgentSandbox.Server.Problems;

namespace AgentSandbox.Server.Access;

/// <summary>
/// The keys on disk, shared by the server and the command line: whoever changes them holds the lock, and readers see the old
/// list or the new one, never half of it.
/// </summary>
internal sealed class KeyFile(string directory, TimeProvider time)
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(20);

    private string Path { get; } = System.IO.Path.Combine(directory, "keys.json");

    /// <summary>Changes whenever the file does: it is replaced whole, so its time alone would be too coarse.</summary>
    public (DateTime Written, long Length) Stamp()
    {
        var file = new FileInfo(Path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }

    /// <exception cref="AccessException">The file is not one of ours.</exception>
    public IReadOnlyList<ApiKey> Read()
    {
        try
        {
            return JsonSerializer.Deserialize<List<ApiKey>>(File.ReadAllBytes(Path), JsonSettings.Default) ?? [];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (JsonException e)
        {
            throw new AccessException($"{Path} cannot be read: restore it, or move it away and make new keys.", e);
        }
    }

    /// <summary>Replaces the list by what <paramref name="change"/> makes of it.</summary>
    /// <exception cref="AccessException">The file is not one of ours, or cannot be written.</exception>
    public async Task ChangeAsync(Func<IReadOnlyList<ApiKey>, IReadOnlyList<ApiKey>> change, CancellationToken cancellationToken)
    {
        try
        {
            PrivateFile.PrepareDirectory(directory);
            await using var held = await LockAsync(cancellationToken);
            await PrivateFile.ReplaceAsync(Path, change(Read()), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AccessException($"{Path} cannot be written: {e.Message}", e);
        }
    }

    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(System.IO.Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (time.GetElapsedTime(started) < LockPatience)
            {
                await Task.Delay(LockPause, time, cancellationToken);
            }
        }
    }
}
