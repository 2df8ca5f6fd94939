using System.Formats.Tar;
using AgentSandbox.Server.Runtimes.Docker;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Tests.Runtimes.Docker;

public sealed class ImageLayerTests : IDisposable
{
    private readonly string _parts = Directory.CreateTempSubdirectory("template-tests-").FullName;

    public void Dispose() => Directory.Delete(_parts, recursive: true);

    [Fact]
    public async Task Write_ImageWithNothing_GetsEverythingTopDown()
    {
        var entries = await PackAsync();

        Assert.Equal(
            [
                "40755 0 dev/", "40755 0 proc/", "40755 0 sys/", "41777 0 tmp/", "40755 0 etc/", "40755 0 home/", "40755 1001 home/sandbox/",
                "40755 0 usr/", "40755 0 usr/lib/", "40755 0 usr/lib/agent-sandbox/", "40755 0 app/",
                "644 0 etc/passwd", "644 0 etc/group", "111 0 usr/lib/agent-sandbox/sandboxd",
                "40755 0 app/echo/", "40755 0 app/echo/lib/",
                "555 0 app/agent.sh", "444 0 app/echo/lib/main.py", "555 0 app/echo/run",
            ],
            entries);
    }

    [Fact]
    public async Task Write_ImagesOwnDirectories_StayAsTheyAre()
    {
        var entries = await PackAsync("etc", "home", "usr", "usr/lib", "app");

        Assert.DoesNotContain(entries, entry => entry.EndsWith(" etc/", StringComparison.Ordinal) || entry.EndsWith(" usr/", StringComparison.Ordinal));
        // What the engine mounts over is given anew all the same: before a mount, an engine may show its own there.
        Assert.Contains("40755 0 dev/", entries);
        Assert.Contains("40755 1001 home/sandbox/", entries);
    }

    private async Task<List<string>> PackAsync(params string[] kept)
    {
        Write("agents/agent.sh");
        Write("agents/echo/run", executable: true);
        Write("agents/echo/lib/main.py");
        Write("agents/echo/README.md");
        var layer = new ImageLayer
        {
            Kept = kept.ToHashSet(),
            Passwd = [],
            Group = [],
            GuestFile = Write("sandboxd"),
            Agents = AgentFiles.List(Path.Join(_parts, "agents")),
        };
        using var packed = new MemoryStream();
        await TarPipe.SendAsync(layer.WriteAsync, tar => tar.CopyToAsync(packed));
        packed.Position = 0;

        var entries = new List<string>();
        await using var reader = new TarReader(packed);
        while (await reader.GetNextEntryAsync() is { } entry)
        {
            Assert.Equal(entry.Uid, entry.Gid);
            entries.Add($"{(entry.EntryType is TarEntryType.Directory ? "4" : "")}{ModeOf(entry)} {entry.Uid} {entry.Name}");
        }

        return entries;
    }

    private static string ModeOf(TarEntry entry)
    {
        var octal = Convert.ToString((int)entry.Mode, 8);
        return entry.EntryType is TarEntryType.Directory ? octal.PadLeft(4, '0') : octal;
    }

    private string Write(string name, bool executable = false)
    {
        var path = Path.Join(_parts, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");
        if (executable) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }
}
