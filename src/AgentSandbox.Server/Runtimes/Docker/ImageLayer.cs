using System.Formats.Tar;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>
/// What we lay over an operator's image, so that it becomes a template: the guest, the agents, the sandbox's user, and real
/// directories wherever a runtime mounts or starts something. Where an image has a link or a file instead, the engine's
/// extraction puts the directory in its place; a directory that is one stays as it is.
/// </summary>
internal sealed class ImageLayer
{
    /// <summary>From the top down. What an engine mounts over is given anew: an engine may show its own here already.</summary>
    private static readonly ImageDirectory[] Directories =
    [
        new("dev", IsMountPoint: true),
        new("proc", IsMountPoint: true),
        new("sys", IsMountPoint: true),
        new("tmp", IsMountPoint: true, Mode: Sticky),
        new("etc"),
        new("home"),
        new("home/sandbox", IsMountPoint: true, Owner: RootAccounts.UserId),
        new("usr"),
        new("usr/lib"),
        new("usr/lib/agent-sandbox"),
        new("app"),
    ];

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode DirectoryMode = Readable | Executable | UnixFileMode.UserWrite;
    private const UnixFileMode Sticky = DirectoryMode | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.StickyBit;

    /// <summary>Those that must be looked at in the image, from the top down.</summary>
    public static IEnumerable<string> Examined => Directories.Where(directory => !directory.IsMountPoint).Select(directory => directory.Name);

    /// <summary>Of <see cref="Examined"/>, those that are directories in the image, and on whose way there is no link.</summary>
    public required IReadOnlySet<string> Kept { get; init; }

    public required byte[] Passwd { get; init; }

    public required byte[] Group { get; init; }

    public required string GuestFile { get; init; }

    public required IReadOnlyList<AgentFile> Agents { get; init; }

    public async Task WriteAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        foreach (var directory in Directories.Where(directory => !Kept.Contains(directory.Name)))
        {
            await WriteDirectoryAsync(tar, directory, cancellationToken);
        }

        await WriteFileAsync(tar, "etc/passwd", Readable | UnixFileMode.UserWrite, new MemoryStream(Passwd), cancellationToken);
        await WriteFileAsync(tar, "etc/group", Readable | UnixFileMode.UserWrite, new MemoryStream(Group), cancellationToken);
        await WriteGuestAsync(tar, GuestFile, Template.ExecutableGuest, cancellationToken);
        await WriteAgentsAsync(tar, cancellationToken);
    }

    public static Task WriteGuestAsync(TarWriter tar, string guestFile, UnixFileMode mode, CancellationToken cancellationToken) =>
        WriteFileAsync(tar, Template.GuestPath[1..], mode, File.OpenRead(guestFile), cancellationToken);

    private async Task WriteAgentsAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        foreach (var name in Agents.SelectMany(agent => ParentsOf(agent.RelativePath)).Distinct(StringComparer.Ordinal))
        {
            await WriteDirectoryAsync(tar, new ImageDirectory("app/" + name), cancellationToken);
        }

        foreach (var agent in Agents)
        {
            await WriteFileAsync(tar, "app/" + agent.RelativePath, agent.Mode, File.OpenRead(agent.FullPath), cancellationToken);
        }
    }

    /// <summary>From the top down.</summary>
    private static IEnumerable<string> ParentsOf(string path)
    {
        for (var end = path.IndexOf('/'); end >= 0; end = path.IndexOf('/', end + 1)) yield return path[..end];
    }

    private static Task WriteDirectoryAsync(TarWriter tar, ImageDirectory directory, CancellationToken cancellationToken)
    {
        var entry = new PaxTarEntry(TarEntryType.Directory, directory.Name + "/")
        {
            Mode = directory.Mode,
            Uid = directory.Owner,
            Gid = directory.Owner,
            ModificationTime = DateTimeOffset.UnixEpoch,
        };
        return tar.WriteEntryAsync(entry, cancellationToken);
    }

    private static async Task WriteFileAsync(TarWriter tar, string name, UnixFileMode mode, Stream content, CancellationToken cancellationToken)
    {
        await using var _ = content;
        var entry = new PaxTarEntry(TarEntryType.RegularFile, name)
        {
            Mode = mode,
            ModificationTime = DateTimeOffset.UnixEpoch,
            DataStream = content,
        };
        await tar.WriteEntryAsync(entry, cancellationToken);
    }

    /// <param name="IsMountPoint">The engine mounts something here, so nobody sees what the image has.</param>
    private sealed record ImageDirectory(string Name, bool IsMountPoint = false, int Owner = 0, UnixFileMode Mode = DirectoryMode);
}
