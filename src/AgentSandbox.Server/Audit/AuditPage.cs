namespace AgentSandbox.Server.Audit;

/// <summary>Entries of one session, oldest first.</summary>
/// <param name="HasMore">There are more after them.</param>
internal sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, bool HasMore)
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Reads the page's own lines and nothing else.</summary>
    public static AuditPage Read(AuditIndex index, string sessionId, long after, int limit)
    {
        var places = index.Find(sessionId, after, limit + 1);
        var entries = new List<AuditEntry>();
        var bytes = 0;
        foreach (var file in places.GroupBy(place => place.FileSeq))
        {
            using var stream = TryOpen(index, file.Key);
            if (stream is null) continue;
            foreach (var place in file)
            {
                if (entries.Count == limit || (bytes += place.Length) > MaxBytes) return new AuditPage(entries, HasMore: true);
                if (TryRead(stream, place) is { } entry) entries.Add(entry);
            }
        }

        return new AuditPage(entries, HasMore: false);
    }

    /// <summary>Null once it has been rotated away.</summary>
    private static FileStream? TryOpen(AuditIndex index, long fileSeq)
    {
        try
        {
            return index.OpenFile(fileSeq);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static AuditEntry? TryRead(FileStream stream, AuditPlace place)
    {
        var line = new byte[place.Length];
        return RandomAccess.Read(stream.SafeFileHandle, line, place.Offset) == line.Length ? AuditChain.TryRead(line) : null;
    }
}
