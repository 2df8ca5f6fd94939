namespace AgentSandbox.Protocol.Messages;

/// <summary>A file, symbolic links not followed. Written by the guest straight into the frame, so it is read only here.</summary>
/// <param name="Name">The last part of its path, as UTF-8 for display.</param>
/// <param name="Mode">Permission bits, up to octal 7777.</param>
/// <param name="ModifiedSeconds">Since 1970.</param>
/// <param name="LinkTarget">What a symbolic link points to.</param>
public sealed record FileEntry(
    string Name, FileKind Kind, long Size, uint Mode, long ModifiedSeconds, int ModifiedNanoseconds, string? LinkTarget)
{
    public static void Write(
        ref WireWriter writer, ReadOnlySpan<byte> name, FileKind kind, long size, uint mode, long seconds, long nanoseconds,
        ReadOnlySpan<byte> linkTarget)
    {
        writer.WriteBytes(name);
        writer.WriteByte((byte)kind);
        writer.WriteSize(size);
        writer.WriteNumber(mode);
        writer.WriteSigned(seconds);
        writer.WriteNumber((ulong)nanoseconds);
        writer.WriteBytes(linkTarget);
    }

    public static FileEntry Read(ref WireReader reader)
    {
        var name = reader.ReadText();
        var kind = (FileKind)reader.ReadByte();
        var size = reader.ReadSize();
        var mode = reader.ReadUInt32();
        var seconds = reader.ReadSigned();
        var nanoseconds = reader.ReadNumber();
        var target = reader.ReadText();

        if (kind > FileKind.BlockDevice) kind = FileKind.Other;
        return new FileEntry(
            name, kind, size, mode & 0xFFF, seconds, (int)Math.Min(nanoseconds, 999_999_999),
            kind == FileKind.SymbolicLink ? target : null);
    }
}
