using AgentSandbox.Guest.Loop;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;

namespace AgentSandbox.Guest.Stdio;

/// <summary>
/// What the server sends on standard input: openings and, after one, chunks. Only data whose sum is right is handed out.
/// </summary>
internal sealed unsafe class ChunkInput : IPolled, IDisposable
{
    private readonly PolledFd _pipe;
    private readonly MappedBuffer _buffer = new(2 * Chunk.MaxSize);
    private int _start, _end, _data;
    private bool _readable, _starved = true;

    public ChunkInput(EventLoop loop, int fd) => _pipe = loop.Register(fd, Readiness.Readable, this);

    /// <summary>The last writer has closed the pipe.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether some of what has come was not looked at yet.</summary>
    public bool HasMore => !_starved;

    private ReadOnlySpan<byte> Pending => _buffer.Span[_start.._end];

    public void OnReady(Readiness ready) => _readable = true;

    public void Await(bool input) => _pipe.Interest = input ? Readiness.Readable : Readiness.None;

    /// <summary>Passes over everything up to the next opening, and over that.</summary>
    public bool TryFindOpening(Span<byte> nonce)
    {
        do
        {
            var at = Pending.IndexOf(LinkOpening.Ask);
            // The end of what does not match may be the beginning of what does.
            _start = at >= 0 ? _start + at : Math.Max(_start, _end - LinkOpening.MagicSize + 1);
            if (at < 0 || Pending.Length < LinkOpening.Size) continue;

            Pending.Slice(LinkOpening.MagicSize, LinkOpening.NonceSize).CopyTo(nonce);
            _start += LinkOpening.Size;
            return true;
        }
        while (Fill());
        return false;
    }

    /// <summary>As <see cref="Links.ILinkChannel.Read"/>: negative is the end of the link, not of the pipe.</summary>
    public int Read(byte* target, int capacity)
    {
        while (_data == 0)
        {
            switch (Chunk.Read(Pending, out var length))
            {
                case ChunkState.Whole:
                    _start += Chunk.HeaderSize;
                    _data = length;
                    break;
                case ChunkState.Incomplete when Fill():
                    break;
                case ChunkState.Incomplete when !HasEnded:
                    return 0;
                case ChunkState.Corrupt:
                    _start += Chunk.HeaderSize + length;
                    return -1;
                default:
                    return -1;
            }
        }

        var count = Math.Min(_data, capacity);
        Pending[..count].CopyTo(new Span<byte>(target, count));
        Skip(count);
        return count;
    }

    /// <summary>Forgets what is left of the current chunk.</summary>
    public void Abandon() => Skip(_data);

    public void Trim()
    {
        if (_start == _end) _buffer.Trim();
    }

    public void Dispose()
    {
        _pipe.Dispose();
        _buffer.Dispose();
    }

    private void Skip(int count)
    {
        _start += count;
        _data -= count;
    }

    /// <summary>Reads once per event, and returns whether there is more than before.</summary>
    private bool Fill()
    {
        var count = _readable ? ReadPipe() : 0;
        _readable = false;
        _starved = count == 0;
        _end += count;
        return count > 0;
    }

    private int ReadPipe()
    {
        if (_start == _end || _start > Chunk.MaxSize) Compact();
        var count = (int)Libc.Read(_pipe.Fd, _buffer.Start + _end, _buffer.Capacity - _end);
        HasEnded = count == 0 || (count < 0 && !Errno.IsTransient);
        return Math.Max(count, 0);
    }

    private void Compact()
    {
        Pending.CopyTo(_buffer.Span);
        (_start, _end) = (0, _end - _start);
    }
}
