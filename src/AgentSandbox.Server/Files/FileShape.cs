using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;

namespace AgentSandbox.Server.Files;

/// <summary>From the guest's words to the API's.</summary>
internal static class FileShape
{
    public static FileResponse Response(string path, FileStatus status) => new(
        path,
        NameOf(path),
        status.Kind switch
        {
            FileKind.File => "file",
            FileKind.Directory => "directory",
            FileKind.SymbolicLink => "symlink",
            _ => "other",
        },
        status.Size,
        "0" + Convert.ToString(status.Mode & 0xFFF, 8).PadLeft(3, '0'),
        status.ModifiedAt,
        status.LinkTarget);

    public static FileResponse Entry(string directory, FileStatus status) =>
        Response($"{directory.TrimEnd('/')}/{status.Name}", status);

    private static string NameOf(string path)
    {
        var trimmed = path.TrimEnd('/');
        return trimmed.Length == 0 ? "/" : trimmed[(trimmed.LastIndexOf('/') + 1)..];
    }
}
