using AgentSandbox.Guest.Links;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;

namespace AgentSandbox.Guest.Files;

/// <summary>Paths as the server sends them: bytes, relative ones from the directory that the guest was started in.</summary>
internal static class FilePath
{
    /// <summary>Checks a path from a request and ends it with a NUL. Trailing slashes go: they would follow a last link.</summary>
    public static Fault? Parse(ReadOnlySpan<byte> path, out byte[] text)
    {
        text = [];
        if (path.IsEmpty || path.Contains((byte)0)) return new Fault(GuestErrorCode.InvalidPath);

        var trimmed = path.TrimEnd((byte)'/');
        text = CString.From(trimmed.IsEmpty ? "/"u8 : trimmed);
        return null;
    }

    /// <summary>The part after the last slash.</summary>
    public static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> text)
    {
        var path = text[..^1];
        var name = path[(path.LastIndexOf((byte)'/') + 1)..];
        return name.IsEmpty ? path : name;
    }

    /// <summary>The part before <see cref="Name"/>, with its slash; empty for a bare name.</summary>
    public static ReadOnlySpan<byte> Directory(ReadOnlySpan<byte> text) => text[..(text.LastIndexOf((byte)'/') + 1)];
}
