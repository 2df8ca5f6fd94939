using System.Runtime.InteropServices;

namespace AgentSandbox.Guest.Native;

/// <summary>A NULL-terminated array of C strings, in one block: what <c>exec</c> takes as arguments and environment.</summary>
internal sealed unsafe class NativeVector : IDisposable
{
    private byte** _items;
    private byte* _text;
    private int _count;

    public NativeVector(int count, long textBytes)
    {
        _items = (byte**)NativeMemory.Alloc((nuint)(((count + 1L) * sizeof(byte*)) + textBytes));
        _text = (byte*)(_items + count + 1);
    }

    public byte** Items => _items;

    /// <summary>Adds the parts, joined, as the next string.</summary>
    public void Add(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default, ReadOnlySpan<byte> third = default)
    {
        _items[_count++] = _text;
        Append(first);
        Append(second);
        Append(third);
        *_text++ = 0;
    }

    public byte** Terminate()
    {
        _items[_count] = null;
        return _items;
    }

    public void Dispose()
    {
        NativeMemory.Free(_items);
        _items = null;
    }

    private void Append(ReadOnlySpan<byte> part)
    {
        part.CopyTo(new Span<byte>(_text, part.Length));
        _text += part.Length;
    }
}
