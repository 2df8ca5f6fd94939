using System.Buffers;

namespace AgentSandbox.Server.Audit;

/// <summary>
/// The one who writes the files. Lines are gathered by <see cref="Add"/> and written by <see cref="Flush"/>, always at the
/// place after the last that is known to be there: an attempt that fails half-way is made again in the same place, and leaves
/// nothing behind. Not thread-safe.
/// </summary>
internal sealed class AuditWriter : IDisposable
{
    private readonly AuditOptions _options;
    private readonly AuditDirectory _directory;
    private readonly AuditIndex _index;
    private readonly FileStream _lock;
    private readonly ArrayBufferWriter<byte> _lines = new(64 << 10);
    private readonly List<(string SessionId, string? Owner, AuditPlace Place)> _places = [];
    private readonly AuditChain _chain;
    private FileStream _file;
    private long _fileSeq;
    private long _position;                 // up to here all is written
    private IReadOnlyList<AuditFile>? _excess;      // of a rotation that has begun: what goes once its entry is on the disk

    private AuditWriter(AuditOptions options, AuditDirectory directory, AuditIndex index, FileStream held)
    {
        (_options, _directory, _index, _lock) = (options, directory, index, held);
        (_chain, _file, _fileSeq) = Continue(directory.List());
        _position = _file.Length;
    }

    public string Head => _chain.Head;

    public long Seq => _chain.Seq;

    public int Waiting => _lines.WrittenCount;

    /// <summary>What has been written has not all been forced to the disk.</summary>
    public bool NeedsSync { get; private set; }

    public bool IsFull => _position + _lines.WrittenCount >= _options.MaxFileBytes;

    /// <summary>What a crash has left: the next entry has to say so.</summary>
    public AuditEntry? Torn { get; private set; }

    /// <exception cref="AuditException">Another process writes there, or what is there cannot be gone on with.</exception>
    public static AuditWriter Open(AuditOptions options, AuditIndex index)
    {
        var directory = new AuditDirectory(options.Directory);
        try
        {
            var held = directory.Lock();
            try
            {
                return new AuditWriter(options, directory, index, held);
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AuditException($"The audit log in {options.Directory} cannot be opened: {exception.Message} Mend that, or set AUDIT=off.", exception);
        }
    }

    public void Add(AuditEntry entry)
    {
        var offset = _position + _lines.WrittenCount;
        var length = _chain.Append(entry, _lines);
        if (entry.SessionId is { } id) _places.Add((id, entry.SessionOwner, new AuditPlace(_chain.Seq, _fileSeq, offset, length)));
    }

    /// <exception cref="IOException">Not all could be written. What was added stays, for the next attempt.</exception>
    public void Flush()
    {
        if (_lines.WrittenCount == 0) return;
        RandomAccess.Write(_file.SafeFileHandle, _lines.WrittenSpan, _position);
        _position += _lines.WrittenCount;
        _lines.ResetWrittenCount();
        NeedsSync = true;
        foreach (var (id, owner, place) in _places) _index.Add(id, owner, place);
        _places.Clear();
    }

    /// <exception cref="IOException">The disk did not take it.</exception>
    public void Sync()
    {
        RandomAccess.FlushToDisk(_file.SafeFileHandle);
        NeedsSync = false;
    }

    /// <summary>Somebody has removed or shortened the file that is written: what was in it is gone.</summary>
    public bool IsFileMissing()
    {
        var found = new FileInfo(_file.Name);
        return !found.Exists || found.Length < _position;
    }

    /// <summary>Goes on in a new file. One that fails half-way is to be called again, and goes on where it was.</summary>
    /// <exception cref="IOException">There cannot be one now, or nothing can be written to it.</exception>
    public void Rotate(DateTimeOffset time)
    {
        if (_excess is null) Switch(time);
        Flush();
        Sync();
        // Only once the log says so: a check takes files that are missing without a word for removed by somebody else.
        foreach (var oldest in _excess!) File.Delete(oldest.Path);
        _excess = null;
    }

    public void Dispose()
    {
        _file.Dispose();
        _lock.Dispose();
    }

    /// <summary>The step that is made once. Whatever can fail comes before the first change.</summary>
    private void Switch(DateTimeOffset time)
    {
        Flush();
        Sync();
        var (excess, removedThrough) = FindExcess();
        var file = _directory.OpenForWriting(_chain.Seq + 1);

        var last = Path.GetFileName(_file.Name);
        _file.Dispose();
        (_file, _fileSeq, _position, _excess) = (file, _chain.Seq + 1, 0, excess);
        Add(new AuditEntry { Action = AuditActions.Rotated, Detail = last, RemovedThrough = removedThrough, Time = time });
    }

    /// <summary>What goes when one more file comes. One without an entry is no history, and pushes none out.</summary>
    private (IReadOnlyList<AuditFile> Excess, long? RemovedThrough) FindExcess()
    {
        var files = _directory.List();
        if (files.Count < _options.MaxFiles) return ([], null);
        var whole = files.Where(file => file.HasEntry()).ToList();
        if (whole.Count < _options.MaxFiles) return ([], null);

        var oldestKept = whole[^(_options.MaxFiles - 1)].FirstSeq;
        return ([.. files.TakeWhile(file => file.FirstSeq < oldestKept)], oldestKept - 1);
    }

    /// <summary>Goes back over files that have no entry yet: a crash may have come between a file and its first.</summary>
    private (AuditChain Chain, FileStream File, long FileSeq) Continue(IReadOnlyList<AuditFile> files)
    {
        FileStream? newest = null;
        for (var i = files.Count - 1; i >= 0; i--)
        {
            var file = _directory.OpenForWriting(files[i].FirstSeq);
            newest ??= file;
            var tail = AuditTail.Read(file);
            if (file != newest) file.Dispose();
            if (tail.TornBytes > 0 && file == newest) Close(tail);
            if (tail.Last is not { } last) continue;

            _index.Load(files);
            return (new AuditChain(last.Seq, last.Hash), newest, files[^1].FirstSeq);
        }

        if (files is [{ FirstSeq: > 1 }, ..])
            throw new IOException("None of its files has an intact entry to go on from; './run audit verify' says more. Move them away to begin anew.");

        return (new AuditChain(0, AuditChain.Start), newest ?? _directory.OpenForWriting(1), 1);
    }

    private void Close(AuditTail tail)
    {
        _lines.Write("\n"u8);
        Torn = new AuditEntry { Action = AuditActions.Recovered, TornBytes = tail.TornBytes, TornHash = tail.TornHash };
    }
}
