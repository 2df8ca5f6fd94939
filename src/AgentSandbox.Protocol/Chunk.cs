using System.Buffers.Binary;

namespace AgentSandbox.Protocol;

/// <summary>
/// The envelope of a link over a pair of pipes, which outlive its connections: length (u32), CRC-32C (u32), bytes. Eight zero
/// bytes, which are no chunk, say that the sender has given the link up. Padding before an opening says so too.
/// </summary>
public static class Chunk
{
    /// <summary>With its header it just fits into a pipe of the usual size: a few bytes more would cost a wake-up each time.</summary>
    public const int MaxSize = 64 * 1024;

    public const int HeaderSize = 8, MaxData = MaxSize - HeaderSize;

    public static ReadOnlySpan<byte> End => [0, 0, 0, 0, 0, 0, 0, 0];

    public static void WriteHeader(Span<byte> target, ReadOnlySpan<byte> data)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(target[sizeof(int)..], Crc32C.Of(data));
    }

    /// <summary>Looks at what <paramref name="source"/> starts with. The data of a whole chunk follows its header.</summary>
    /// <param name="length">Bytes of data, when the chunk is whole or its data is corrupt.</param>
    public static ChunkState Read(ReadOnlySpan<byte> source, out int length)
    {
        length = 0;
        if (source.Length < HeaderSize) return ChunkState.Incomplete;
        if (source[..HeaderSize].SequenceEqual(End)) return ChunkState.End;

        var claimed = BinaryPrimitives.ReadUInt32LittleEndian(source);
        if (claimed is 0 or > MaxData) return ChunkState.Garbage;
        if (source.Length < HeaderSize + (int)claimed) return ChunkState.Incomplete;

        length = (int)claimed;
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(source[sizeof(int)..]);
        return crc == Crc32C.Of(source.Slice(HeaderSize, length)) ? ChunkState.Whole : ChunkState.Corrupt;
    }
}

public enum ChunkState
{
    /// <summary>More bytes have to come.</summary>
    Incomplete,

    Whole,

    /// <summary>The peer has given the link up.</summary>
    End,

    /// <summary>The data is not what was sent: a chunk that was cut, or two writers at once.</summary>
    Corrupt,

    /// <summary>No chunk starts here.</summary>
    Garbage,
}
