using AgentSandbox.Guest.Links;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Guest.Files;

/// <summary>
/// Moves a regular file to another file system: copies it slice by slice beside its new name, renames, removes the original.
/// </summary>
internal sealed unsafe class FileMoveStream : GuestStream
{
    private const int Slice = 256 * 1024;

    private readonly byte[] _from;
    private readonly int _source;
    private readonly FileStat _stat;
    private readonly FileWriter _writer;

    private FileMoveStream(Link link, uint id, byte[] from, int source, FileStat stat, FileWriter writer) : base(link, id)
    {
        _from = from;
        _source = source;
        _stat = stat;
        _writer = writer;
    }

    public static Fault? Open(Link link, uint id, byte[] from, byte[] to, bool overwrite)
    {
        FileStat stat;
        fixed (byte* path = from)
        {
            if (Libc.FstatAt(Libc.AtFdCwd, path, &stat, Libc.AtSymlinkNoFollow) < 0) return Fault.FromLastError();
        }
        if (!stat.IsRegular) return new Fault(GuestErrorCode.CrossDevice);
        if (FileOpener.Open(from, OpenFlags.ReadOnly | OpenFlags.NoFollow, out var source, out stat) is { } fault) return fault;
        if (FileWriter.OpenForMove(to, stat.Permissions, overwrite, out var writer) is { } noTarget)
        {
            _ = Libc.Close(source);
            return noTarget;
        }

        var stream = new FileMoveStream(link, id, from, source, stat, writer!);
        link.Add(stream);
        link.MarkReady(stream);
        return null;
    }

    protected override void ProduceFrame()
    {
        var count = Libc.SendFile(_writer.Fd, _source, null, Slice);
        if (count < 0 && !Errno.IsTransient) Fail(Fault.FromLastError());
        else if (count == 0) Complete();
        else Link.MarkReady(this);
    }

    protected override void OnClosed()
    {
        _ = Libc.Close(_source);
        _writer.Dispose();
    }

    private void Complete()
    {
        var times = stackalloc long[] { _stat.AccessedSeconds, _stat.AccessedNanoseconds, _stat.ModifiedSeconds, _stat.ModifiedNanoseconds };
        _ = Libc.Futimens(_writer.Fd, times);

        var ignored = new WireWriter(stackalloc byte[FileDescriber.MaxSize]);
        if (_writer.Commit(ref ignored) is { } fault)
        {
            Fail(fault);
            return;
        }
        fixed (byte* from = _from)
        {
            if (Libc.UnlinkAt(Libc.AtFdCwd, from, 0) < 0) Fail(Fault.FromLastError());
            else Finish([]);
        }
    }
}
