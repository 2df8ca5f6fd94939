using System.Security.Cryptography;

namespace AgentSandbox.Server.Audit;

/// <summary>
/// Checks the chain over all files of a log. It stops at the first line that does not hold: what comes after may be as it was
/// or not. A tail that was cut off cleanly shows only to who knows a later hash: the server's log names some.
/// </summary>
internal sealed class AuditVerifier(AuditDirectory directory, string? knownHash = null) : IDisposable
{
    private readonly IncrementalHash _tornHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private Place? _torn;                    // the first line of what may be left of a crash
    private int _tornBytes;
    private long _first;
    private long _last;
    private long _count;
    private long _recovered;
    private long _removedThrough;
    private string _head = AuditChain.Start;
    private bool _hasKnownHash = knownHash is null;

    public AuditVerdict Run()
    {
        var files = directory.List();
        AuditBreak? broken = null;
        for (var i = 0; i < files.Count && broken is null; i++) broken = Check(files, i);
        return new AuditVerdict(files.Count, _count, _first, _last, _head, _recovered, broken ?? CheckWhole(files));
    }

    public void Dispose() => _tornHash.Dispose();

    private AuditBreak? Check(IReadOnlyList<AuditFile> files, int index)
    {
        var file = files[index];
        using var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var lines = new AuditLines(stream);
        for (var number = 1; lines.TryRead(out var line, out var isWhole); number++)
        {
            var place = new Place(file.Name, number);
            if (!isWhole) return CheckHalf(place, isNewest: index == files.Count - 1);
            if (!AuditLine.TryRead(line, out var read) || !read.IsIntact)
            {
                Keep(place, line);
                continue;
            }

            if (_torn is { } torn && !IsRecovery(line)) return torn.Is(AuditFault.Changed, "it does not have the hash that it names, or is no entry.");
            if (Follow(place, read, () => StandsLater(files, index, lines)) is { } broken) return broken;
            if (number == 1) NoteRemoved(line);
        }

        return index < files.Count - 1 ? Unexplained() : null;
    }

    /// <summary>What is not an entry may be what a crash has left: then the next entry says so.</summary>
    private void Keep(Place place, ReadOnlySpan<byte> line)
    {
        if (_torn is null) _torn = place;
        else _tornHash.AppendData("\n"u8);
        _tornBytes += line.Length + 1;
        _tornHash.AppendData(line);
    }

    private bool IsRecovery(ReadOnlySpan<byte> line)
    {
        var hash = Convert.ToHexStringLower(_tornHash.GetHashAndReset());
        var explains = AuditChain.TryRead(line) is { Action: AuditActions.Recovered } entry && entry.TornBytes == _tornBytes - 1 && entry.TornHash == hash;
        (_torn, _tornBytes) = (null, 0);
        if (explains) _recovered++;
        return explains;
    }

    private AuditBreak? Follow(Place place, AuditLine line, Func<bool> standsLater)
    {
        if (_count == 0) _first = line.Seq;
        var expected = _count == 0 ? line.Seq : _last + 1;
        if (line.Seq > expected)
        {
            return standsLater()
                ? place.Is(AuditFault.OutOfOrder, $"it holds entry {line.Seq}, but entry {expected} comes only after it.")
                : place.Is(AuditFault.Missing, $"it holds entry {line.Seq}, but the one before it is entry {expected - 1}: {line.Seq - expected} entries are gone.");
        }

        if (line.Seq < expected) return place.Is(AuditFault.OutOfOrder, $"it holds entry {line.Seq}, which should stand before entry {expected - 1}, or stands there too.");
        if (line.Previous != _head && (_count > 0 || line.Seq == 1))
            return place.Is(AuditFault.Changed, "it does not go on from the line before it: one of the two has been put in another's place.");

        _count++;
        (_last, _head) = (line.Seq, line.Hash);
        _hasKnownHash |= line.Hash == knownHash;
        return null;
    }

    /// <summary>Looks for the entry that should have come, in what is left.</summary>
    private bool StandsLater(IReadOnlyList<AuditFile> files, int index, AuditLines rest)
    {
        if (Holds(rest)) return true;
        for (var i = index + 1; i < files.Count; i++)
        {
            using var stream = File.OpenRead(files[i].Path);
            if (Holds(new AuditLines(stream))) return true;
        }

        return false;
    }

    private bool Holds(AuditLines lines)
    {
        while (lines.TryRead(out var line, out _))
        {
            if (AuditLine.TryRead(line, out var read) && read.Seq == _last + 1) return true;
        }

        return false;
    }

    private void NoteRemoved(ReadOnlySpan<byte> line)
    {
        if (AuditChain.TryRead(line) is { RemovedThrough: { } through }) _removedThrough = Math.Max(_removedThrough, through);
    }

    private AuditBreak? CheckHalf(Place place, bool isNewest)
    {
        if (Unexplained() is { } unexplained) return unexplained;
        if (!isNewest) return place.Is(AuditFault.Changed, "it has no end, but another file follows.");
        return directory.IsBeingWritten ? null : place.Is(AuditFault.Cut, "it has no end. After a crash this is to be expected: the server's next start closes it off.");
    }

    private AuditBreak? Unexplained() => _torn?.Is(AuditFault.Changed, "it does not have the hash that it names, or is no entry.");

    private AuditBreak? CheckWhole(IReadOnlyList<AuditFile> files)
    {
        if (Unexplained() is { } unexplained) return unexplained;
        if (_first > 1 && _removedThrough < _first - 1)
            return new AuditBreak(files[0].Name, 1, AuditFault.Missing, $"it holds entry {_first}, and no entry says that those before it were rotated away.");
        return _hasKnownHash ? null : new AuditBreak(files.Count == 0 ? directory.Path : files[^1].Name, 0, AuditFault.Cut, $"no entry has the hash {knownHash}: the end was cut off, or written anew.");
    }

    private sealed record Place(string File, int Line)
    {
        public AuditBreak Is(AuditFault fault, string detail) => new(File, Line, fault, detail);
    }
}

/// <summary>What was found.</summary>
/// <param name="Recovered">Places where a crash has left half a line and an entry says so.</param>
/// <param name="Broken">The first line that does not hold; null when all do.</param>
internal sealed record AuditVerdict(int Files, long Count, long First, long Last, string Head, long Recovered, AuditBreak? Broken);

/// <param name="Line">From 1; 0 when it is no line but what is not there.</param>
internal sealed record AuditBreak(string File, int Line, AuditFault Fault, string Detail);

internal enum AuditFault
{
    Changed,
    Missing,
    OutOfOrder,
    Cut,
}
