namespace AgentSandbox.Guest.Native;

/// <summary>Bytes that end with a NUL, as the kernel takes names and paths.</summary>
internal static class CString
{
    public static byte[] From(ReadOnlySpan<byte> value)
    {
        var text = new byte[value.Length + 1];
        value.CopyTo(text);
        return text;
    }

    public static byte[] Join(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name)
    {
        if (directory.IsEmpty) return From(name);

        var separator = directory[^1] == '/' ? 0 : 1;
        var text = new byte[directory.Length + separator + name.Length + 1];
        directory.CopyTo(text);
        text[directory.Length] = (byte)'/';
        name.CopyTo(text.AsSpan(directory.Length + separator));
        return text;
    }

    public static unsafe ReadOnlySpan<byte> Span(byte* text) =>
        System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);
}
