using System.Formats.Tar;
using System.IO.Enumeration;

namespace AgentSandbox.Server.Templates;

/// <summary>
/// A built root file system as a tar that an engine can import: the owners are those that the box sees, and a file with
/// several names is one file. Nothing is held in memory but the names of files that have more than one.
/// </summary>
internal sealed class RootTar(string root, string guestFile)
{
    private static readonly EnumerationOptions EveryEntry = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
    };

    private readonly Dictionary<ulong, string> _written = [];      // by inode: the first name of a file

    public async Task WriteAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        foreach (var path in ListPaths())
        {
            await WriteAsync(tar, path, cancellationToken);
        }
    }

    /// <summary>Links to directories are entries, not ways into them.</summary>
    private FileSystemEnumerable<string> ListPaths() =>
        new(root, static (ref entry) => entry.ToFullPath(), EveryEntry)
        {
            ShouldRecursePredicate = static (ref entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };

    private async Task WriteAsync(TarWriter tar, string path, CancellationToken cancellationToken)
    {
        var name = Path.GetRelativePath(root, path);
        var status = TemplateNative.GetStatus(path);
        var entry = Describe(path, name, status);
        (entry.Uid, entry.Gid) = OwnerOf(name, status);
        entry.ModificationTime = new DateTimeOffset(File.GetLastWriteTimeUtc(path));
        await using var content = entry.EntryType is TarEntryType.RegularFile ? File.OpenRead(ContentOf(name, path)) : null;
        if (content is not null) entry.DataStream = content;
        await tar.WriteEntryAsync(entry, cancellationToken);
    }

    private PaxTarEntry Describe(string path, string name, in FileStatus status)
    {
        if (new FileInfo(path).LinkTarget is { } target) return new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target };

        var mode = File.GetUnixFileMode(path);
        if (Directory.Exists(path)) return new PaxTarEntry(TarEntryType.Directory, name) { Mode = mode };
        if (status.Links > 1 && !_written.TryAdd(status.Inode, name))
            return new PaxTarEntry(TarEntryType.HardLink, name) { LinkName = _written[status.Inode], Mode = mode };

        return new PaxTarEntry(TarEntryType.RegularFile, name) { Mode = mode };
    }

    /// <summary>Who built it without root owns all of it, and is the box's root.</summary>
    private static (int User, int Group) OwnerOf(string name, in FileStatus status)
    {
        if (RootOwner.IsShifted) return (status.User - RootOwner.HostIdBase, status.Group - RootOwner.HostIdBase);
        return "/" + name == RootAccounts.Home ? (RootAccounts.UserId, RootAccounts.UserId) : (0, 0);
    }

    /// <summary>The guest in the root can be executed, but not read, by an owner who is not root. This is the same file.</summary>
    private string ContentOf(string name, string path) => IsGuest(name) ? guestFile : path;

    private static bool IsGuest(string name) => "/" + name == Template.GuestPath;
}
