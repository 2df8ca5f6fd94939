using AgentSandbox.Guest.Links;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Guest.Files;

/// <summary>The file methods: each parses its request and answers, or adds the stream that will.</summary>
internal static unsafe class FileRequests
{
    public static Fault? Stat(Link link, uint id, ref WireReader reader)
    {
        if (FilePath.Parse(reader.ReadBytes(), out var path) is { } invalid) return invalid;

        var writer = new WireWriter(stackalloc byte[FileDescriber.MaxSize]);
        if (FileDescriber.Describe(path, ref writer) is { } fault) return fault;
        link.SendEnd(id, writer.AsSpan());
        return null;
    }

    public static Fault? List(Link link, uint id, ref WireReader reader)
    {
        if (FilePath.Parse(reader.ReadBytes(), out var path) is { } invalid) return invalid;

        fixed (byte* text = path)
        {
            const OpenFlags flags = OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NonBlocking | OpenFlags.CloseOnExec;
            var directory = Libc.Open(text, flags, 0);
            if (directory < 0) return Fault.FromLastError();
            Add(link, new DirectoryListStream(link, id, directory));
        }
        link.SendReply(id, []);
        return null;
    }

    public static Fault? Read(Link link, uint id, ref WireReader reader)
    {
        if (FilePath.Parse(reader.ReadBytes(), out var path) is { } invalid) return invalid;
        var offset = reader.ReadSize();
        var length = reader.ReadBool() ? reader.ReadSize() : long.MaxValue;
        if (FileOpener.Open(path, OpenFlags.ReadOnly, out var file, out var stat) is { } fault) return fault;

        var writer = new WireWriter(stackalloc byte[FileDescriber.MaxSize]);
        FileDescriber.Write(ref writer, FilePath.Name(path), in stat);
        link.SendReply(id, writer.AsSpan());
        Add(link, new FileReadStream(link, id, file, offset, length));
        return null;
    }

    public static Fault? Write(Link link, uint id, ref WireReader reader)
    {
        if (FileWriter.Open(WriteFile.Read(ref reader), out var writer) is { } fault) return fault;
        link.Add(new FileWriteStream(link, id, writer!));
        return null;
    }

    public static Fault? MakeDirectory(Link link, uint id, ref WireReader reader)
    {
        if (FilePath.Parse(reader.ReadBytes(), out var path) is { } invalid) return invalid;
        return DirectoryMaker.Make(path) ?? Done(link, id);
    }

    public static Fault? Move(Link link, uint id, ref WireReader reader)
    {
        if (FilePath.Parse(reader.ReadBytes(), out var from) is { } invalidFrom) return invalidFrom;
        if (FilePath.Parse(reader.ReadBytes(), out var to) is { } invalidTo) return invalidTo;

        var overwrite = reader.ReadBool();
        return FileRenamer.Rename(from, to, overwrite) switch
        {
            null => Done(link, id),
            { Code: GuestErrorCode.CrossDevice } => FileMoveStream.Open(link, id, from, to, overwrite),
            var fault => fault,
        };
    }

    public static Fault? Remove(Link link, uint id, ref WireReader reader)
    {
        if (FilePath.Parse(reader.ReadBytes(), out var path) is { } invalid) return invalid;

        var recursive = reader.ReadBool();
        fixed (byte* text = path)
        {
            FileStat stat;
            if (Libc.FstatAt(Libc.AtFdCwd, text, &stat, Libc.AtSymlinkNoFollow) < 0) return Fault.FromLastError();
            if (stat.IsDirectory && recursive) return TreeRemoveStream.Open(link, id, path);
            if (Libc.UnlinkAt(Libc.AtFdCwd, text, stat.IsDirectory ? Libc.AtRemoveDir : 0) < 0) return Fault.FromLastError();
        }
        return Done(link, id);
    }

    private static Fault? Done(Link link, uint id)
    {
        link.SendEnd(id, []);
        return null;
    }

    private static void Add(Link link, GuestStream stream)
    {
        link.Add(stream);
        link.MarkReady(stream);
    }
}
