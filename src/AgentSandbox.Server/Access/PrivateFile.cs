using System.Text.Json;
using AgentSandbox.Server.Problems;

namespace AgentSandbox.Server.Access;

/// <summary>State in files for the server's own user alone.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void PrepareDirectory(string directory)
    {
        Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
        File.SetUnixFileMode(directory, OwnerOnly | UnixFileMode.UserExecute);       // it may have been there
    }

    /// <summary>Replaces the file whole: a reader, or a start after a crash, finds the old content or the new.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static async Task ReplaceAsync<T>(string path, T content, CancellationToken cancellationToken)
    {
        var temporary = path + ".new";
        await using (var file = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        }))
        {
            await JsonSerializer.SerializeAsync(file, content, JsonSettings.Default, cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
