using System.Formats.Tar;
using AgentSandbox.Server.Templates;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentSandbox.BoxTests.Runtimes.Docker;

/// <summary>An image as an operator may have it, put together entry by entry. Later entries of a name replace earlier ones.</summary>
internal sealed class BaseImage
{
    private const UnixFileMode Everything = (UnixFileMode)0b111_101_101;

    private readonly SortedDictionary<string, Func<PaxTarEntry>> _entries = new(StringComparer.Ordinal);

    /// <summary>Nothing but one static program.</summary>
    public static BaseImage WithoutShell() => new BaseImage().File("busybox", Busybox());

    /// <summary>As Alpine is: busybox with links to it.</summary>
    public static BaseImage LikeAlpine()
    {
        var image = new BaseImage()
            .File("bin/busybox", Busybox())
            .File("etc/passwd", "root:x:0:0:root:/root:/bin/ash\napp:x:1001:1001::/srv:/bin/sh\n")
            .File("etc/group", "root:x:0:\napp:x:1001:\n")
            .File("opt/mark", "as it was")
            .File("usr/lib/libtool.so", "")
            .Directory("home")
            .Directory("tmp");
        foreach (var tool in new[] { "sh", "id", "cat", "ls", "env", "touch", "echo", "stat" }) image.Link($"bin/{tool}", "busybox");
        return image;
    }

    public BaseImage File(string name, string content) => File(name, System.Text.Encoding.UTF8.GetBytes(content));

    public BaseImage File(string name, byte[] content) =>
        Set(name, () => new PaxTarEntry(TarEntryType.RegularFile, name) { Mode = Everything, DataStream = new MemoryStream(content) });

    public BaseImage Link(string name, string target) => Set(name, () => new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target });

    public BaseImage Directory(string name) => Set(name, () => new PaxTarEntry(TarEntryType.Directory, name) { Mode = Everything });

    public BaseImage Pipe(string name) => Set(name, () => new PaxTarEntry(TarEntryType.Fifo, name) { Mode = Everything });

    /// <param name="changes">Instructions of a Dockerfile that set the image's configuration.</param>
    public async Task ImportAsync(IDockerClient client, string reference, params string[] changes)
    {
        var parts = reference.Split(':');
        var parameters = new ImagesCreateParameters { FromSrc = "-", Repo = parts[0], Tag = parts.ElementAtOrDefault(1) ?? "latest", Changes = changes };
        await TarPipe.SendAsync(
            async (tar, cancellationToken) =>
            {
                foreach (var entry in _entries.Values) await tar.WriteEntryAsync(entry(), cancellationToken);
            },
            tar => client.Images.CreateImageAsync(parameters, tar, new AuthConfig(), new Progress<JSONMessage>()));
    }

    /// <summary>What was below it goes, too: a name below a link would lie in the link's target.</summary>
    private BaseImage Set(string name, Func<PaxTarEntry> entry)
    {
        foreach (var below in _entries.Keys.Where(other => other.StartsWith(name + "/", StringComparison.Ordinal)).ToList()) _entries.Remove(below);
        _entries[name] = entry;
        return this;
    }

    private static byte[] Busybox()
    {
        const string path = "/bin/busybox";
        Assert.True(System.IO.File.Exists(path), "A static busybox is missing: apt-get install busybox-static");
        return System.IO.File.ReadAllBytes(path);
    }
}
