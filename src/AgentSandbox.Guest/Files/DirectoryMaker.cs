using AgentSandbox.Guest.Links;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;

namespace AgentSandbox.Guest.Files;

/// <summary>Makes directories with all that is missing above them; one that exists is as good.</summary>
internal static unsafe class DirectoryMaker
{
    private const uint Mode = 0x1FF;   // 0777, less the umask

    public static Fault? Make(byte[] path)
    {
        if (MakeParents(path) is { } fault) return fault;
        fixed (byte* text = path) return MakeOne(text);
    }

    public static Fault? MakeParents(byte[] path)
    {
        var copy = path.ToArray();
        fixed (byte* text = copy)
        {
            // The common case first: the parent is there.
            FileStat stat;
            var end = path.AsSpan().LastIndexOf((byte)'/');
            if (end <= 0) return null;
            text[end] = 0;
            if (Libc.FstatAt(Libc.AtFdCwd, text, &stat, 0) == 0 && stat.IsDirectory) return null;
            text[end] = (byte)'/';

            for (var i = 1; i <= end; i++)
            {
                if (text[i] != '/' || text[i - 1] == '/') continue;
                text[i] = 0;
                if (MakeOne(text) is { } fault) return fault;
                text[i] = (byte)'/';
            }
        }
        return null;
    }

    private static Fault? MakeOne(byte* path)
    {
        if (Libc.MkdirAt(Libc.AtFdCwd, path, Mode) == 0) return null;

        // Also another error may just mean that it is there: EROFS and EACCES are looked at before EEXIST.
        var error = Errno.Last;
        FileStat stat;
        if (Libc.FstatAt(Libc.AtFdCwd, path, &stat, 0) < 0) return Fault.FromFileError(error);
        return stat.IsDirectory ? null : new Fault(GuestErrorCode.NotADirectory);
    }
}
