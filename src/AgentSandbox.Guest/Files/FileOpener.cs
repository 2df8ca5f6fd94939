using AgentSandbox.Guest.Links;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;

namespace AgentSandbox.Guest.Files;

/// <summary>
/// Opens regular files only. The kind is looked at before, since merely opening a pipe or device can block or act, and again
/// after, since the name may have been given to another file in between.
/// </summary>
internal static unsafe class FileOpener
{
    public static Fault? Open(byte[] path, OpenFlags flags, out int fd, out FileStat stat)
    {
        fd = -1;
        fixed (byte* text = path)
        fixed (FileStat* result = &stat)
        {
            stat = default;
            if (Libc.FstatAt(Libc.AtFdCwd, text, result, 0) < 0) return Fault.FromLastError();
            if (CheckKind(in stat) is { } fault) return fault;

            fd = Libc.Open(text, flags | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal | OpenFlags.CloseOnExec, 0);
            if (fd < 0) return Fault.FromLastError();

            var known = Libc.Fstat(fd, result) == 0;
            if (known && stat.IsRegular) return null;
            _ = Libc.Close(fd);
            fd = -1;
            return known ? CheckKind(in stat) : new Fault(GuestErrorCode.InputOutput);
        }
    }

    public static Fault? CheckKind(ref readonly FileStat stat) => stat.Kind switch
    {
        FileKind.File => null,
        FileKind.Directory => new Fault(GuestErrorCode.IsADirectory),
        _ => new Fault(GuestErrorCode.NotARegularFile),
    };
}
