using System.Text.Json;
using AgentSandbox.Server.Problems;

namespace AgentSandbox.Server.Limits.Quotas;

/// <summary>Today's use on disk. Replaced whole: a reader, or a start after a crash, finds the old content or the new.</summary>
internal sealed class UsageFile(string directory)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Path { get; } = System.IO.Path.Combine(directory, "today.json");

    /// <summary>Null when nothing was saved yet.</summary>
    /// <exception cref="JsonException">It is not one of ours.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public async Task<UsageDay?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Path)) return null;
        await using var file = File.OpenRead(Path);
        var day = await JsonSerializer.DeserializeAsync<UsageDay>(file, JsonSettings.Default, cancellationToken);
        return day?.Owners.Values.Any(usage => usage is null) is true ? throw new JsonException("An owner's use is missing.") : day;
    }

    /// <exception cref="IOException">It cannot be written.</exception>
    public async Task WriteAsync(UsageDay day, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
        var temporary = Path + ".new";
        await using (var file = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        }))
        {
            await JsonSerializer.SerializeAsync(file, day, JsonSettings.Default, cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, Path, overwrite: true);
    }
}
