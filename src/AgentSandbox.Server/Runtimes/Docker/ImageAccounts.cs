using System.Globalization;
using System.Text;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>
/// <c>/etc/passwd</c> and <c>/etc/group</c> of an operator's image with the sandbox's user in them. Whoever else has its
/// name or number there is left out: programs would take the first that they find.
/// </summary>
internal static class ImageAccounts
{
    private const string Users = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n";
    private const string Groups = "root:x:0:\nnogroup:x:65534:\n";

    /// <param name="passwd">The image's own; null when it has none.</param>
    public static byte[] AddUser(byte[]? passwd, string shell) => Add(
        passwd, Users, $"{RootAccounts.UserName}:x:{RootAccounts.UserId}:{RootAccounts.UserId}:Sandbox:{RootAccounts.Home}:{shell}\n");

    /// <param name="group">The image's own; null when it has none.</param>
    public static byte[] AddGroup(byte[]? group) => Add(group, Groups, $"{RootAccounts.UserName}:x:{RootAccounts.UserId}:\n");

    private static byte[] Add(byte[]? own, string fallback, string line)
    {
        // Latin-1 gives every byte back as it was, whatever the encoding of people's names.
        var text = own is null ? fallback : Encoding.Latin1.GetString(own);
        var kept = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(entry => !IsSandbox(entry)).Select(entry => entry + "\n");
        return Encoding.Latin1.GetBytes(string.Concat([.. kept, line]));
    }

    private static bool IsSandbox(string entry)
    {
        var fields = entry.Split(':');
        return fields[0] is RootAccounts.UserName
            || (fields.Length > 2 && int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id == RootAccounts.UserId);
    }
}
