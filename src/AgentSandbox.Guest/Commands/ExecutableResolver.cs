using AgentSandbox.Guest.Links;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Guest.Commands;

/// <summary>
/// Finds the program that a command names, along the command's own <c>PATH</c> and seen from its own directory. Done here
/// rather than by <c>posix_spawnp</c>, which would search the guest's, and so that each failure has its own code.
/// </summary>
internal static unsafe class ExecutableResolver
{
    private const int MayExecute = 1;

    private static ReadOnlySpan<byte> DefaultPath => "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"u8;

    public static Fault? Resolve(StartCommand start, int directory, out byte[] executable)
    {
        var name = start.Arguments[0].AsSpan();
        executable = CString.From(name);
        if (name.IsEmpty) return new Fault(GuestErrorCode.ExecutableNotFound);
        if (name.Contains((byte)'/')) return Check(directory, executable);

        var path = FindPath(start);
        var fault = new Fault(GuestErrorCode.ExecutableNotFound);
        foreach (var range in path.Split((byte)':'))
        {
            executable = CString.Join(path[range], name);
            if (Check(directory, executable) is not { } found) return null;
            // A later directory may hold the right one; the first near miss is the better story.
            if (fault.Code == GuestErrorCode.ExecutableNotFound) fault = found;
        }
        return fault;
    }

    private static ReadOnlySpan<byte> FindPath(StartCommand start)
    {
        foreach (var (name, value) in start.Environment)
        {
            if (name.AsSpan().SequenceEqual("PATH"u8)) return value;
        }
        return DefaultPath;
    }

    private static Fault? Check(int directory, byte[] path)
    {
        fixed (byte* text = path)
        {
            FileStat stat;
            if (Libc.FstatAt(directory, text, &stat, 0) < 0) return FromError(Errno.Last);
            if (stat.IsDirectory) return new Fault(GuestErrorCode.ExecutableIsDirectory);
            if (!stat.IsRegular) return new Fault(GuestErrorCode.NotExecutable);
            return Libc.FaccessAt(directory, text, MayExecute, 0) < 0 ? FromError(Errno.Last) : null;
        }
    }

    private static Fault FromError(int error) => error switch
    {
        Errno.Access or Errno.Perm or Errno.ReadOnly => new(GuestErrorCode.NotExecutable),
        Errno.NoMemory => new(GuestErrorCode.OutOfResources),
        _ => new(GuestErrorCode.ExecutableNotFound),
    };
}
