using AgentSandbox.Guest.Loop;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;

namespace AgentSandbox.Guest.Stdio;

/// <summary>What the server gets on standard output: the answer to its opening, then chunks. One of them may be under way.</summary>
internal sealed unsafe class ChunkOutput : IPolled, IDisposable
{
    private readonly PolledFd _pipe;
    private readonly MappedBuffer _buffer = new(Chunk.MaxSize + Chunk.HeaderSize);
    private int _start, _end;
    private bool _blocked, _broken;

    public ChunkOutput(EventLoop loop, int fd) => _pipe = loop.Register(fd, Readiness.None, this);

    public void OnReady(Readiness ready) => _blocked = false;

    public void Await() => _pipe.Interest = _start < _end ? Readiness.Writable : Readiness.None;

    /// <summary>Drops what is under way, which the server passes over in search of this answer.</summary>
    public void Open(ReadOnlySpan<byte> nonce)
    {
        (_start, _end, _broken) = (0, 0, false);
        Add(LinkOpening.Answer);
        Add(nonce);
        Flush();
    }

    /// <summary>As <see cref="Links.ILinkChannel.Write"/>: takes what becomes one chunk.</summary>
    public int Write(byte* source, int length)
    {
        Flush();
        if (_broken) return -1;
        if (_start < _end) return 0;

        var data = new ReadOnlySpan<byte>(source, Math.Min(length, Chunk.MaxData));
        Chunk.WriteHeader(_buffer.Span, data);
        _end = Chunk.HeaderSize;
        Add(data);
        Flush();
        return data.Length;
    }

    /// <summary>Tells the server that the link is over; nothing else would, for the pipe stays open.</summary>
    public void End()
    {
        Add(Chunk.End);
        Flush();
    }

    public void Flush()
    {
        while (!_blocked && _start < _end)
        {
            var count = (int)Libc.Write(_pipe.Fd, _buffer.Start + _start, _end - _start);
            if (count >= 0) _start += count;
            else if (Errno.Last == Errno.Again) _blocked = true;
            else if (Errno.Last != Errno.Interrupted) Break();
        }
        if (_start == _end) _start = _end = 0;
    }

    public void Trim()
    {
        if (_start == _end) _buffer.Trim();
    }

    public void Dispose()
    {
        _pipe.Dispose();
        _buffer.Dispose();
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.Span[_end..]);
        _end += bytes.Length;
    }

    /// <summary>Nobody reads: what is there to send is of no use to the next reader either.</summary>
    private void Break()
    {
        _broken = true;
        _start = _end;
    }
}
