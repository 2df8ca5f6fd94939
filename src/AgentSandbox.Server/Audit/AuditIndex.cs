using System.Runtime.InteropServices;

namespace AgentSandbox.Server.Audit;

/// <summary>Where an entry is.</summary>
/// <param name="FileSeq">The number of its file's first entry.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AuditPlace(long Seq, long FileSeq, long Offset, int Length);

/// <summary>
/// Remembers where the entries of recent sessions are, so that asking for them costs what is read and no more. Bounded: the
/// oldest sessions are forgotten first, and of one with very many entries the oldest. Thread-safe.
/// </summary>
internal sealed class AuditIndex(AuditDirectory directory)
{
    public const int MaxPlaces = 200_000;
    public const int MaxPlacesOfOne = 20_000;

    /// <summary>How far back a start looks.</summary>
    public const long LoadedBytes = 16 << 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);   // guarded by _gate
    private readonly Queue<string> _oldest = new();                                         // guarded by _gate
    private int _places;                                                                    // guarded by _gate

    /// <summary>A session is there before its first entry: another request of it may be faster than the one that made it.</summary>
    public void Begin(string sessionId, string owner)
    {
        lock (_gate) FindOrStartLocked(sessionId).Owner = owner;
    }

    /// <summary>An entry that names no owner starts no session: callers can name as many that never were as they like.</summary>
    public void Add(string sessionId, string? owner, AuditPlace place)
    {
        lock (_gate)
        {
            if (owner is not null || _sessions.ContainsKey(sessionId)) AddLocked(sessionId, owner, place);
        }
    }

    /// <summary>Whose session it was; null when it never was, or is not known any more.</summary>
    public string? OwnerOf(string sessionId)
    {
        lock (_gate) return _sessions.GetValueOrDefault(sessionId)?.Owner;
    }

    /// <summary>The places of the first entries after one, oldest first.</summary>
    public IReadOnlyList<AuditPlace> Find(string sessionId, long after, int limit)
    {
        lock (_gate)
        {
            if (!_sessions.TryGetValue(sessionId, out var session)) return [];
            var places = session.Places;
            var (low, high) = (0, places.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (places[middle].Seq <= after) low = middle + 1;
                else high = middle;
            }

            return places.GetRange(low, Math.Min(limit, places.Count - low));
        }
    }

    /// <summary>Looks through the newest entries of a log that is there already.</summary>
    public void Load(IReadOnlyList<AuditFile> files)
    {
        var room = LoadedBytes;
        var recent = new Stack<(AuditFile File, long Start)>();
        for (var i = files.Count - 1; i >= 0 && room > 0; i--)
        {
            var length = new FileInfo(files[i].Path).Length;
            recent.Push((files[i], Math.Max(0, length - room)));
            room -= length;
        }

        foreach (var (file, start) in recent) Load(file, start);
        lock (_gate) ForgetUnownedLocked();
    }

    public FileStream OpenFile(long fileSeq) => new(directory.PathOf(fileSeq), new FileStreamOptions
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.ReadWrite | FileShare.Delete,
        BufferSize = 0,
    });

    private void Load(AuditFile file, long start)
    {
        using var stream = OpenFile(file.FirstSeq);
        stream.Position = start;
        var lines = new AuditLines(stream, start);
        while (lines.TryRead(out var line, out var isWhole))
        {
            // A quotation mark within a text is escaped, so this can only be the field. What is not read whole is no entry.
            if (!isWhole || line.IndexOf("\"sessionId\":\""u8) < 0 || !AuditLine.TryRead(line, out var read) || !read.IsIntact) continue;
            if (AuditChain.TryRead(line) is not { SessionId: { } id } entry) continue;
            // Whose it was may be told only where it ends.
            lock (_gate) AddLocked(id, entry.SessionOwner, new AuditPlace(read.Seq, file.FirstSeq, lines.Offset, (int)(lines.Next - lines.Offset)));
        }
    }

    private void AddLocked(string sessionId, string? owner, AuditPlace place)
    {
        var session = FindOrStartLocked(sessionId);
        session.Owner ??= owner;
        session.Places.Add(place);
        _places++;
        if (session.Places.Count > MaxPlacesOfOne) ForgetLocked(session, MaxPlacesOfOne / 4);
        while (_places > MaxPlaces && _oldest.TryDequeue(out var oldest)) ForgetLocked(oldest);
    }

    private Session FindOrStartLocked(string sessionId)
    {
        if (_sessions.TryGetValue(sessionId, out var session)) return session;
        _oldest.Enqueue(sessionId);
        return _sessions[sessionId] = new Session();
    }

    private void ForgetUnownedLocked()
    {
        var unowned = _sessions.Where(session => session.Value.Owner is null).Select(session => session.Key).ToList();
        foreach (var sessionId in unowned) ForgetLocked(sessionId);
    }

    private void ForgetLocked(string sessionId)
    {
        if (!_sessions.Remove(sessionId, out var session)) return;
        _places -= session.Places.Count;
    }

    private void ForgetLocked(Session session, int count)
    {
        session.Places.RemoveRange(0, count);
        _places -= count;
    }

    private sealed class Session
    {
        public string? Owner { get; set; }

        public List<AuditPlace> Places { get; } = [];
    }
}
