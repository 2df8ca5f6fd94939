using System.Formats.Tar;
using System.Net;
using AgentSandbox.Bench.Kernel;

namespace AgentSandbox.Bench.Hosts.Docker;

/// <summary>
/// The server's own root file system as a tar, for Docker to import: both sides run the same files. The server gives the
/// files to the far-away ids of its user namespace; the archive gives them back to the ids that the box sees.
/// </summary>
internal sealed class RootArchive(string root) : HttpContent
{
    private const int HostIdBase = 16_000_000;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var writer = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var path in Directory.EnumerateFileSystemEntries(root, "*", EveryEntry))
        {
            await AddAsync(writer, path, cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    /// <summary>Links to directories are entries, not ways into them.</summary>
    private static EnumerationOptions EveryEntry => new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
    };

    private async Task AddAsync(TarWriter writer, string path, CancellationToken cancellationToken)
    {
        var entry = Describe(path);
        if (entry is null) return;

        var (user, group) = Libc.GetOwner(path);
        entry.Uid = Unshift(user);
        entry.Gid = Unshift(group);
        entry.ModificationTime = new DateTimeOffset(File.GetLastWriteTimeUtc(path));
        if (entry.EntryType is not TarEntryType.RegularFile)
        {
            await writer.WriteEntryAsync(entry, cancellationToken);
            return;
        }

        await using var content = File.OpenRead(path);
        entry.DataStream = content;
        await writer.WriteEntryAsync(entry, cancellationToken);
    }

    /// <summary>Null for what no image needs: a runtime makes devices and sockets itself.</summary>
    private PaxTarEntry? Describe(string path)
    {
        var name = Path.GetRelativePath(root, path);
        var info = new FileInfo(path);
        if (info.LinkTarget is { } target) return new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target };

        var type = Directory.Exists(path) ? TarEntryType.Directory : TarEntryType.RegularFile;
        if (type is TarEntryType.RegularFile && info.Attributes.HasFlag(FileAttributes.Device)) return null;
        return new PaxTarEntry(type, name) { Mode = File.GetUnixFileMode(path) };
    }

    private static int Unshift(int id) => id >= HostIdBase ? id - HostIdBase : id;
}
