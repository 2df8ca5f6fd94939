using System.Buffers.Text;
using AgentSandbox.Guest.Links;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Guest.Files;

/// <summary>
/// Writes a file beside its name and renames it when it is whole, so nobody ever reads half of it. Appending is the
/// exception: it goes into the file itself. Disposing without a commit leaves nothing behind, but what was appended.
/// </summary>
internal sealed unsafe class FileWriter : IDisposable
{
    private const uint DefaultMode = 0x1A4;   // 0644

    private static uint _lastNumber;

    private readonly byte[] _path;
    private readonly byte[]? _temporary;
    private readonly bool _exclusive;
    private readonly uint? _mode;
    private int _file;

    private FileWriter(byte[] path, byte[]? temporary, int file, uint? mode, bool exclusive)
    {
        _path = path;
        _temporary = temporary;
        _file = file;
        _mode = mode;
        _exclusive = exclusive;
    }

    public static Fault? Open(WriteFile request, out FileWriter? writer)
    {
        writer = null;
        if (FilePath.Parse(request.Path, out var path) is { } invalid) return invalid;
        // A name that ends with a slash can only be a directory's.
        if (request.Path[^1] == '/') return new Fault(GuestErrorCode.IsADirectory);
        if (request.CreateParents && DirectoryMaker.MakeParents(path) is { } noParents) return noParents;
        if (ResolveTarget(ref path, request.Exclusive, out var exists, out var stat) is { } fault) return fault;

        return request.Append && exists
            ? OpenToAppend(path, request.Mode, out writer)
            : OpenBeside(path, request.Mode ?? (exists ? stat.Permissions : DefaultMode), request.Exclusive, out writer);
    }

    /// <summary>Opens the target of a move, which replaces a link and does not follow it.</summary>
    public static Fault? OpenForMove(byte[] path, uint mode, bool overwrite, out FileWriter? writer) =>
        OpenBeside(path, mode, exclusive: !overwrite, out writer);

    public int Fd => _file;

    public Fault? Write(ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
        {
            for (var done = 0; done < data.Length;)
            {
                var count = Libc.Write(_file, start + done, data.Length - done);
                if (count < 0 && Errno.Last == Errno.Interrupted) continue;
                if (count <= 0) return Fault.FromLastError();
                done += (int)count;
            }
        }
        return null;
    }

    /// <summary>Gives the file its mode and name, and describes it.</summary>
    public Fault? Commit(ref WireWriter message)
    {
        if (_mode is { } mode && Libc.Fchmod(_file, mode) < 0) return Fault.FromLastError();

        FileStat stat;
        if (Libc.Fstat(_file, &stat) < 0) return Fault.FromLastError();
        if (_temporary is not null && FileRenamer.Rename(_temporary, _path, overwrite: !_exclusive) is { } fault) return fault;

        FileDescriber.Write(ref message, FilePath.Name(_path), in stat);
        CloseFile();
        return null;
    }

    public void Dispose()
    {
        if (_file < 0) return;
        CloseFile();
        if (_temporary is null) return;
        fixed (byte* temporary = _temporary) _ = Libc.UnlinkAt(Libc.AtFdCwd, temporary, 0);
    }

    /// <summary>A link is followed, so that the file behind it is replaced and not the link.</summary>
    private static Fault? ResolveTarget(ref byte[] path, bool exclusive, out bool exists, out FileStat stat)
    {
        exists = false;
        fixed (byte* text = path)
        fixed (FileStat* result = &stat)
        {
            stat = default;
            if (Libc.FstatAt(Libc.AtFdCwd, text, result, Libc.AtSymlinkNoFollow) < 0)
                return Errno.Last == Errno.NoEntry ? null : Fault.FromLastError();
            if (exclusive) return new Fault(GuestErrorCode.AlreadyExists);

            exists = true;
            if (stat.Kind != FileKind.SymbolicLink) return FileOpener.CheckKind(in stat);

            var resolved = stackalloc byte[4096];
            if (Libc.RealPath(text, resolved) == null || Libc.FstatAt(Libc.AtFdCwd, resolved, result, 0) < 0) return Fault.FromLastError();
            path = CString.From(CString.Span(resolved));
            return FileOpener.CheckKind(in stat);
        }
    }

    private static Fault? OpenToAppend(byte[] path, uint? mode, out FileWriter? writer)
    {
        writer = null;
        if (FileOpener.Open(path, OpenFlags.WriteOnly | OpenFlags.Append, out var file, out _) is { } fault) return fault;
        writer = new FileWriter(path, null, file, mode, exclusive: false);
        return null;
    }

    private static Fault? OpenBeside(byte[] path, uint mode, bool exclusive, out FileWriter? writer)
    {
        writer = null;
        if (FilePath.Name(path).Length > 255) return new Fault(GuestErrorCode.NameTooLong);

        const uint ownerOnly = 0x180;   // 0600
        const OpenFlags flags = OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow | OpenFlags.CloseOnExec;
        while (true)
        {
            var temporary = NameBeside(path);
            fixed (byte* text = temporary)
            {
                var file = Libc.Open(text, flags, ownerOnly);
                if (file < 0 && Errno.Last == Errno.Exists) continue;
                if (file < 0) return Fault.FromLastError();
                writer = new FileWriter(path, temporary, file, mode, exclusive);
                return null;
            }
        }
    }

    private static byte[] NameBeside(byte[] path)
    {
        Span<byte> name = stackalloc byte[32];
        ".sandboxd-"u8.CopyTo(name);
        Utf8Formatter.TryFormat(++_lastNumber, name[10..], out var digits);
        return CString.Join(FilePath.Directory(path), name[..(10 + digits)]);
    }

    private void CloseFile()
    {
        _ = Libc.Close(_file);
        _file = -1;
    }
}
