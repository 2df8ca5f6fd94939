namespace AgentSandbox.Protocol.Messages;

/// <summary>
/// Writes a file; its content follows as data. It appears under its name, whole, when the last data has arrived.
/// End: <see cref="FileEntry"/>.
/// </summary>
/// <param name="Mode">Permission bits; null keeps those of the file that is replaced, or is 0644.</param>
public sealed record WriteFile(byte[] Path, bool CreateParents, bool Exclusive, bool Append, uint? Mode)
{
    public int MaxSize => Path.Length + (6 * WireWriter.MaxNumber);

    public void Write(ref WireWriter writer)
    {
        writer.WriteBytes(Path);
        writer.WriteBool(CreateParents);
        writer.WriteBool(Exclusive);
        writer.WriteBool(Append);
        writer.WriteBool(Mode is not null);
        writer.WriteNumber(Mode ?? 0);
    }

    public static WriteFile Read(ref WireReader reader)
    {
        var path = reader.ReadBytes().ToArray();
        var (parents, exclusive, append, hasMode) = (reader.ReadBool(), reader.ReadBool(), reader.ReadBool(), reader.ReadBool());
        var mode = reader.ReadUInt32();
        return new WriteFile(path, parents, exclusive, append, hasMode ? mode & 0xFFF : null);
    }
}
