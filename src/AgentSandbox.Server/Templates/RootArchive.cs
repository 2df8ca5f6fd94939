using System.Formats.Tar;

namespace AgentSandbox.Server.Templates;

/// <summary>
/// Unpacks a root file system and leaves out what no box may have: device nodes, setuid and setgid bits, file
/// capabilities (extended attributes as a whole), and what lies in directories that the kernel fills.
/// </summary>
/// <remarks>
/// Nothing is ever written through a link: an entry's directory must be one that an earlier entry made here. Whoever
/// made the archive can therefore not reach outside the root.
/// </remarks>
internal sealed class RootArchive
{
    private const UnixFileMode Permissions = (UnixFileMode)0b111_111_111;

    private static readonly string[] KernelDirectories = ["dev", "proc", "sys"];

    private readonly string _root;
    private readonly Dictionary<string, UnixFileMode> _directories = new(StringComparer.Ordinal);
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);

    private RootArchive(string root) => _root = root;

    /// <summary>Unpacks into a directory that must be empty.</summary>
    public static async Task ExtractAsync(Stream tar, string root, CancellationToken cancellationToken)
    {
        var archive = new RootArchive(root);
        archive._directories.Add("", Permissions);

        await using var reader = new TarReader(tar, leaveOpen: true);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            await archive.ExtractAsync(entry, cancellationToken);
        }

        archive.CloseDirectories();
    }

    private async Task ExtractAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        var name = Normalize(entry.Name);
        if (IsKernels(name)) return;

        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                ExtractDirectory(name, entry);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                await ExtractFileAsync(name, entry, cancellationToken);
                break;
            case TarEntryType.SymbolicLink:
                File.CreateSymbolicLink(Place(name), entry.LinkName);
                RootOwner.Set(Target(name), entry.Uid, entry.Gid);
                break;
            case TarEntryType.HardLink:
                ExtractHardLink(name, entry);
                break;
            case TarEntryType.CharacterDevice or TarEntryType.BlockDevice or TarEntryType.Fifo:
                break;
            default:
                throw new InvalidDataException($"The root file system holds '{name}' of the unknown type {entry.EntryType}.");
        }
    }

    private void ExtractDirectory(string name, TarEntry entry)
    {
        if (!_directories.ContainsKey(name)) MakeDirectory(Place(name));
        RootOwner.Set(Target(name), entry.Uid, entry.Gid);
        // The sticky bit is what makes a shared /tmp safe; setgid is of no use here.
        _directories[name] = entry.Mode & (Permissions | UnixFileMode.StickyBit);
    }

    private static void MakeDirectory(string path)
    {
        // Making a directory where a link to one lies succeeds, and what follows would go through the link.
        if (new FileInfo(path).LinkTarget is not null) throw new InvalidDataException($"'{path}' is a link and a directory.");
        Directory.CreateDirectory(path);
    }

    private async Task ExtractFileAsync(string name, TarEntry entry, CancellationToken cancellationToken)
    {
        var path = Place(name);
        await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
        {
            if (entry.DataStream is { } data) await data.CopyToAsync(file, cancellationToken);
        }

        RootOwner.Set(path, entry.Uid, entry.Gid);
        File.SetUnixFileMode(path, entry.Mode & Permissions);
        // Python trusts its compiled library only while the sources keep their times.
        File.SetLastWriteTimeUtc(path, entry.ModificationTime.UtcDateTime);
        _files.Add(name);
    }

    private void ExtractHardLink(string name, TarEntry entry)
    {
        var existing = Normalize(entry.LinkName);
        if (!_files.Contains(existing)) throw new InvalidDataException($"'{name}' links to '{existing}', which is no file.");

        TemplateNative.CreateHardLink(Target(existing), Place(name));
        _files.Add(name);
    }

    /// <summary>Last, because nothing could be put into a read-only directory without being root.</summary>
    private void CloseDirectories()
    {
        foreach (var (name, mode) in _directories) File.SetUnixFileMode(Target(name), mode);
    }

    /// <summary>The path for a new entry, once its directory is known to be a real one.</summary>
    private string Place(string name)
    {
        var parent = Path.GetDirectoryName(name) ?? "";
        if (!_directories.ContainsKey(parent)) throw new InvalidDataException($"'{name}' lies in no directory of the archive.");
        return Target(name);
    }

    private string Target(string name) => Path.Join(_root, name);

    private static string Normalize(string name)
    {
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part is not ".").ToArray();
        if (parts.Contains("..")) throw new InvalidDataException($"'{name}' leads out of the root file system.");
        return string.Join('/', parts);
    }

    private static bool IsKernels(string name) =>
        name.IndexOf('/', StringComparison.Ordinal) is > 0 and var end && KernelDirectories.Contains(name[..end]);
}
