namespace AgentSandbox.Server.Templates;

/// <summary>
/// Finishes a Debian root file system: the user that everything in a box runs as, the names it knows, and nothing that
/// tells about the host that built it.
/// </summary>
internal static class RootAccounts
{
    public const string UserName = "sandbox";
    public const int UserId = 1001;
    public const string Home = "/home/sandbox";

    private const UnixFileMode WorldReadable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static void Write(string root)
    {
        Append(root, "etc/passwd", $"{UserName}:x:{UserId}:{UserId}:Sandbox:{Home}:/bin/bash\n");
        Append(root, "etc/group", $"{UserName}:x:{UserId}:\n");
        // No password opens the account: '!' is no hash.
        Append(root, "etc/shadow", $"{UserName}:!:::::::\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Replace(root, "etc/hostname", UserName + "\n");
        Replace(root, "etc/hosts", $"127.0.0.1 localhost {UserName}\n::1 localhost ip6-localhost ip6-loopback\n");
        Replace(root, "etc/resolv.conf", "");
        Replace(root, "etc/machine-id", "");
        File.Delete(Path.Join(root, "etc/apt/sources.list"));

        MakeDirectory(root, "app");
        MakeDirectory(root, "home");
        MakeDirectory(root, "home/sandbox", UserId);
    }

    private static void Append(string root, string name, string line, UnixFileMode mode = WorldReadable)
    {
        var path = Path.Join(root, name);
        Replace(root, name, File.Exists(path) ? File.ReadAllText(path) + line : line, mode);
    }

    /// <summary>A new file, never a change of the old one, which might be a link out of the root.</summary>
    private static void Replace(string root, string name, string content, UnixFileMode mode = WorldReadable)
    {
        var path = Path.Join(root, name);
        File.Delete(path);
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, mode);
        RootOwner.Set(path);
    }

    private static void MakeDirectory(string root, string name, int owner = 0)
    {
        var path = Path.Join(root, name);
        Directory.CreateDirectory(path);
        RootOwner.Set(path, owner, owner);
    }
}
