using AgentSandbox.Guest.Links;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;

namespace AgentSandbox.Guest.Files;

internal static unsafe class FileRenamer
{
    /// <summary>Atomic. Without <paramref name="overwrite"/> an existing target is left alone and is an error.</summary>
    public static Fault? Rename(byte[] from, byte[] to, bool overwrite)
    {
        fixed (byte* source = from, target = to)
        {
            var flags = overwrite ? 0 : Libc.RenameNoReplace;
            return Libc.RenameAt2(Libc.AtFdCwd, source, Libc.AtFdCwd, target, flags) == 0 ? null : Fault.FromLastError();
        }
    }
}
