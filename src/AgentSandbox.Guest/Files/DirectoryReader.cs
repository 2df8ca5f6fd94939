using System.Buffers.Binary;
using AgentSandbox.Guest.Native;

namespace AgentSandbox.Guest.Files;

/// <summary>Reads the names in a directory, a buffer at a time, without <c>.</c> and <c>..</c>. Owns the descriptor.</summary>
internal sealed unsafe class DirectoryReader(int directory) : IDisposable
{
    private const int LengthOffset = 16, TypeOffset = 18, NameOffset = 19, DirectoryType = 4;

    private readonly MappedBuffer _buffer = new(32 * 1024);
    private int _position, _end;

    public int Fd => directory;

    /// <summary>What the last read said besides the name; file systems that do not know say no.</summary>
    public bool IsDirectory { get; private set; }

    /// <summary>
    /// Moves to the next name and gives a pointer to it, valid until the next call; null at the end or on an error, which
    /// <paramref name="error"/> then tells.
    /// </summary>
    public byte* Next(out int error)
    {
        error = 0;
        while (true)
        {
            if (_position == _end && !Fill(out error)) return null;

            var entry = _buffer.Start + _position;
            _position += BinaryPrimitives.ReadUInt16LittleEndian(new ReadOnlySpan<byte>(entry + LengthOffset, sizeof(ushort)));
            IsDirectory = entry[TypeOffset] == DirectoryType;
            var name = entry + NameOffset;
            if (!IsDot(name)) return name;
        }
    }

    public void Rewind()
    {
        _ = Libc.Lseek(directory, 0, 0);
        _position = _end = 0;
    }

    public void Dispose()
    {
        _buffer.Dispose();
        _ = Libc.Close(directory);
    }

    private static bool IsDot(byte* name) => name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));

    private bool Fill(out int error)
    {
        var count = Libc.GetDents64(directory, _buffer.Start, _buffer.Capacity);
        error = count < 0 ? Errno.Last : 0;
        _position = 0;
        _end = (int)Math.Max(count, 0);
        return count > 0;
    }
}
