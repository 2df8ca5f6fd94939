namespace AgentSandbox.Server.Audit;

/// <summary>Goes through the lines of a stream. What it hands out is good until the next is asked for.</summary>
internal sealed class AuditLines(Stream stream, long offset = 0, int bufferSize = 256 << 10)
{
    private byte[] _buffer = new byte[bufferSize];
    private int _start;
    private int _end;
    private bool _isAtEnd;

    /// <summary>Where the line begins that was read last.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>Where the next one begins.</summary>
    public long Next { get; private set; } = offset;

    /// <param name="line">Without its end.</param>
    /// <param name="isWhole">It has an end: the last one may lack it.</param>
    public bool TryRead(out Span<byte> line, out bool isWhole)
    {
        var searched = 0;
        while (true)
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            var length = rest[searched..].IndexOf((byte)'\n');
            if (length >= 0) return Take(rest[..(searched + length)], searched + length + 1, isWhole = true, out line);
            if (_isAtEnd) return Take(rest, rest.Length, isWhole = false, out line) && !line.IsEmpty;

            searched = rest.Length;
            Fill();
        }
    }

    private bool Take(Span<byte> content, int length, bool isWhole, out Span<byte> line)
    {
        line = content;
        _start += length;
        (Offset, Next) = (Next, Next + length);
        return isWhole || length > 0;
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var count = stream.Read(_buffer.AsSpan(_end));
        _end += count;
        _isAtEnd = count == 0;
    }
}
