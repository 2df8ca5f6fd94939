using System.Buffers.Binary;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;

namespace AgentSandbox.Guest.Commands;

/// <summary>
/// The last output of a command, in order: a ring of records, each a length with the channel in its top bit, then the bytes.
/// Positions count from the first byte ever written, so a reader can tell that what it wanted has been overwritten.
/// The pages of the ring are committed as output arrives.
/// </summary>
internal sealed class OutputLog : IDisposable
{
    public const int Capacity = 256 * 1024;

    private const int HeaderSize = sizeof(uint), MaxRecord = 32 * 1024, PageSize = 4096;
    private const uint StderrBit = 0x8000_0000;

    private MappedBuffer? _ring;
    private long _lastRecord = -1;

    public long Start { get; private set; }

    public long End { get; private set; }

    /// <summary>Memory that the ring holds.</summary>
    public int Footprint => _ring is null ? 0 : (int)Math.Min(Capacity, (End + PageSize - 1) / PageSize * PageSize);

    /// <summary>The most bytes that one call can append while everything from <paramref name="floor"/> on is kept.</summary>
    public int Room(long floor) => (int)Math.Clamp(Capacity - (End - floor) - HeaderSize, 0, MaxRecord);

    /// <summary>Appends at most <see cref="MaxRecord"/> bytes; the oldest records make room.</summary>
    public void Append(ReadOnlySpan<byte> output, bool stderr)
    {
        _ring ??= new MappedBuffer(Capacity);
        var length = ExtendableLength(stderr, output.Length);
        var target = length > 0 ? End : End + HeaderSize;
        while (target + output.Length - Start > Capacity) Start += HeaderSize + Length(Header(Start));

        if (length == 0) _lastRecord = End;
        CopyIn(target, output);
        WriteHeader(_lastRecord, (uint)(length + output.Length) | (stderr ? StderrBit : 0));
        End = target + output.Length;
    }

    /// <summary>
    /// Copies what follows the cursor on one channel, and moves the cursor. Returns the number of bytes copied.
    /// </summary>
    public int Read(ref OutputCursor cursor, Span<byte> target, out FrameFlags flags)
    {
        flags = FrameFlags.None;
        if (cursor.Record < Start)
        {
            cursor = new OutputCursor(Start, 0);
            flags = FrameFlags.Gap;
        }

        var copied = 0;
        while (copied < target.Length && MoveToUnread(ref cursor))
        {
            var header = Header(cursor.Record);
            var channel = (header & StderrBit) != 0 ? FrameFlags.Stderr : FrameFlags.None;
            var count = Math.Min(Length(header) - cursor.Offset, target.Length - copied);
            if (count > 0)
            {
                // A record that was read to its end before has no say in the channel of what follows it.
                if (copied > 0 && channel != (flags & FrameFlags.Stderr)) break;
                flags |= channel;
            }

            CopyOut(cursor.Record + HeaderSize + cursor.Offset, target.Slice(copied, count));
            copied += count;
            cursor = cursor with { Offset = cursor.Offset + count };
        }
        return copied;
    }

    public bool IsAtEnd(OutputCursor cursor) =>
        cursor.Record >= Start && (cursor.Record >= End || cursor.Record + HeaderSize + cursor.Offset == End);

    public void Dispose() => _ring?.Dispose();

    /// <summary>The length of the last record if it is of this channel and may grow by so much, else 0.</summary>
    private int ExtendableLength(bool stderr, int more)
    {
        if (_lastRecord < 0) return 0;

        var header = Header(_lastRecord);
        return (header & StderrBit) != 0 == stderr && Length(header) + more <= MaxRecord ? Length(header) : 0;
    }

    /// <summary>Leaves a record that has been read, unless it is the last one, which may still grow.</summary>
    private bool MoveToUnread(ref OutputCursor cursor)
    {
        if (cursor.Record >= End) return false;

        var length = Length(Header(cursor.Record));
        if (cursor.Offset < length) return true;

        var next = cursor.Record + HeaderSize + length;
        if (next >= End) return false;
        cursor = new OutputCursor(next, 0);
        return true;
    }

    private static int Length(uint header) => (int)(header & ~StderrBit);

    private uint Header(long position)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        CopyOut(position, header);
        return BinaryPrimitives.ReadUInt32LittleEndian(header);
    }

    private void WriteHeader(long position, uint value)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        BinaryPrimitives.WriteUInt32LittleEndian(header, value);
        CopyIn(position, header);
    }

    private void CopyIn(long position, ReadOnlySpan<byte> source)
    {
        var ring = _ring!.Span;
        var offset = (int)(position % Capacity);
        var first = Math.Min(source.Length, Capacity - offset);
        source[..first].CopyTo(ring[offset..]);
        source[first..].CopyTo(ring);
    }

    private void CopyOut(long position, Span<byte> target)
    {
        var ring = _ring!.Span;
        var offset = (int)(position % Capacity);
        var first = Math.Min(target.Length, Capacity - offset);
        ring.Slice(offset, first).CopyTo(target);
        ring[..(target.Length - first)].CopyTo(target[first..]);
    }
}
