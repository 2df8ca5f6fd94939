using System.Globalization;

namespace AgentSandbox.Server.Audit;

/// <summary>The files of an audit log, each named by its first entry, and the lock of the one who writes them.</summary>
internal sealed class AuditDirectory(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Prefix = "audit-";
    private const string Suffix = ".jsonl";

    public string Path => path;

    private string LockPath => System.IO.Path.Combine(path, "lock");

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<AuditFile> List() =>
    [
        .. Directory.EnumerateFiles(path, Prefix + "*" + Suffix)
            .Select(file => new AuditFile(file, SeqOf(file)))
            .Where(file => file.FirstSeq > 0)
            .OrderBy(file => file.FirstSeq),
    ];

    public string PathOf(long firstSeq) => System.IO.Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{firstSeq:D12}{Suffix}"));

    /// <exception cref="IOException">Another process has it.</exception>
    public FileStream Lock()
    {
        Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        return new FileStream(LockPath, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            UnixCreateMode = OwnerOnly,
        });
    }

    /// <summary>A server writes here now.</summary>
    public bool IsBeingWritten
    {
        get
        {
            try
            {
                if (!File.Exists(LockPath)) return false;
                using var free = new FileStream(LockPath, FileMode.Open, FileAccess.Read, FileShare.None);
                return false;
            }
            catch (IOException)
            {
                return true;
            }
        }
    }

    /// <summary>Makes the file, or goes on in one that is still there.</summary>
    public FileStream OpenForWriting(long firstSeq) => new(PathOf(firstSeq), new FileStreamOptions
    {
        Mode = FileMode.OpenOrCreate,
        Access = FileAccess.ReadWrite,
        Share = FileShare.Read | FileShare.Delete,
        BufferSize = 0,
        UnixCreateMode = OwnerOnly,
    });

    private static long SeqOf(string file)
    {
        var name = System.IO.Path.GetFileName(file);
        return long.TryParse(name[Prefix.Length..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq : 0;
    }
}

/// <param name="FirstSeq">The number of its first entry, by its name.</param>
internal sealed record AuditFile(string Path, long FirstSeq)
{
    private const int FirstRead = 4_096;

    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>It holds an intact entry. Costs no more than reading up to the first.</summary>
    public bool HasEntry()
    {
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var lines = new AuditLines(stream, bufferSize: FirstRead);
        while (lines.TryRead(out var line, out var isWhole))
        {
            if (isWhole && AuditLine.TryRead(line, out var read) && read.IsIntact) return true;
        }

        return false;
    }
}
