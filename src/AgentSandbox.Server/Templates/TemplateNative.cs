using System.ComponentModel;
using System.Runtime.InteropServices;

namespace AgentSandbox.Server.Templates;

/// <summary>What a template's build needs of Linux and .NET does not offer.</summary>
internal static partial class TemplateNative
{
    private const int Kill = 9;

    /// <summary>Sets the owner of a file, directory or symbolic link, which is not followed.</summary>
    public static void SetOwner(string path, int user, int group) => Check(ChangeOwner(path, user, group), path);

    public static void CreateHardLink(string existing, string path) => Check(Link(existing, path), path);

    /// <summary>Kills the processes of a session that have stayed in its first group.</summary>
    public static void KillSession(int leader) => _ = SendSignal(-leader, Kill);

    private static void Check(int result, string path)
    {
        if (result != 0) throw new IOException($"{path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
    }

    // SAFETY: the string is marshalled to a NUL-terminated copy that lives through the call; nothing is kept.
    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, int user, int group);

    // SAFETY: as above. On Linux link() does not follow a symbolic link.
    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string path);

    // SAFETY: plain integers.
    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
