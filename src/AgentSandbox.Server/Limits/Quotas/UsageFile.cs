using System.Text.Json;
using AgentSandbox.Server.Access;
using AgentSandbox.Server.Problems;

namespace AgentSandbox.Server.Limits.Quotas;

/// <summary>Today's use on disk.</summary>
internal sealed class UsageFile(string directory)
{
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
    public Task WriteAsync(UsageDay day, CancellationToken cancellationToken)
    {
        PrivateFile.PrepareDirectory(directory);
        return PrivateFile.ReplaceAsync(Path, day, cancellationToken);
    }
}
