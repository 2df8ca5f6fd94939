using AgentSandbox.Guest.Links;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Guest.Files;

/// <summary>Writes what the kernel says about a file into a message.</summary>
internal static unsafe class FileDescriber
{
    /// <summary>The longest name and link target, and the numbers.</summary>
    public const int MaxSize = 256 + MaxLinkTarget + (8 * WireWriter.MaxNumber);

    private const int MaxLinkTarget = 4096;

    /// <summary>Describes a path that is not followed when it is a symbolic link.</summary>
    public static Fault? Describe(byte[] path, ref WireWriter writer)
    {
        fixed (byte* text = path) return Describe(Libc.AtFdCwd, text, FilePath.Name(path), ref writer);
    }

    public static Fault? Describe(int directory, byte* path, ReadOnlySpan<byte> name, ref WireWriter writer)
    {
        FileStat stat;
        if (Libc.FstatAt(directory, path, &stat, Libc.AtSymlinkNoFollow) < 0) return Fault.FromLastError();

        var target = stackalloc byte[MaxLinkTarget];
        var length = stat.Kind == FileKind.SymbolicLink ? Libc.ReadLinkAt(directory, path, target, MaxLinkTarget) : 0;
        Write(ref writer, name, in stat, new ReadOnlySpan<byte>(target, (int)Math.Max(length, 0)));
        return null;
    }

    public static void Write(
        ref WireWriter writer, ReadOnlySpan<byte> name, ref readonly FileStat stat, ReadOnlySpan<byte> linkTarget = default) =>
        FileEntry.Write(
            ref writer, name, stat.Kind, stat.Size, stat.Permissions, stat.ModifiedSeconds, stat.ModifiedNanoseconds, linkTarget);
}
